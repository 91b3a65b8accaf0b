from __future__ import annotations

from itertools import combinations
from math import factorial
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from relevo.errors import OptionMistake
from relevo.explain.sampled import sampled_attributions

Floats = NDArray[np.float64]
COLUMNS = 6
RANDOM = np.random.default_rng(1)
ROWS, BACKGROUND = RANDOM.normal(size=(3, COLUMNS)), RANDOM.normal(size=(40, COLUMNS))


def score(x: Floats) -> Floats:
    """Three columns together, a bend, and a column that does nothing."""
    return np.asarray(x[:, 0] * x[:, 1] * x[:, 2] + np.tanh(x[:, 3] + x[:, 4]))


def exact(row: Floats) -> Floats:
    """Shapley values over all sets of columns."""
    worth = {}
    for size in range(COLUMNS + 1):
        for chosen in combinations(range(COLUMNS), size):
            mixed = BACKGROUND.copy()
            mixed[:, chosen] = row[list(chosen)]
            worth[frozenset(chosen)] = score(mixed).mean()
    values = np.zeros(COLUMNS)
    for chosen, before in worth.items():
        for column in set(range(COLUMNS)) - chosen:
            orders = factorial(len(chosen)) * factorial(COLUMNS - len(chosen) - 1)
            values[column] += orders / factorial(COLUMNS) * (worth[chosen | {column}] - before)
    return values


def test_values_are_those_over_all_sets_within_their_errors() -> None:
    found = sampled_attributions(score, ROWS, BACKGROUND, seconds=60)
    expected = np.stack([exact(row) for row in ROWS])
    # 10 % in the mean is asked for; a z of 4 is beyond chance for 18 figures.
    assert np.abs(found.values - expected).mean() < 0.1 * np.abs(expected).mean()
    assert (np.abs(found.values - expected) <= 4 * found.errors + 1e-12).all()
    assert found.errors[:, 5].max() < 1e-12


def test_a_row_adds_up_to_its_score_exactly() -> None:
    found = sampled_attributions(score, ROWS, BACKGROUND)
    np.testing.assert_allclose(found.base, score(BACKGROUND).mean())
    np.testing.assert_allclose(found.base + found.values.sum(axis=1), score(ROWS), atol=1e-12)


def test_the_errors_cover_the_truth_as_often_as_they_say() -> None:
    expected = exact(ROWS[0])[:3]  # of the others no more than two work together: no error
    hits = []
    for seed in range(80):
        found = sampled_attributions(score, ROWS[:1], BACKGROUND, seconds=60, seed=seed)
        hits.append(np.abs(found.values[0, :3] - expected) <= 1.96 * found.errors[0, :3])
    # 80 independent samples of 3 dependent figures: the mean's standard error is about 2 points.
    assert 0.89 <= np.mean(hits) <= 0.995


def test_the_same_seed_gives_the_same_values_and_another_seed_others() -> None:
    first, again, other = (
        sampled_attributions(score, ROWS, BACKGROUND, seconds=60, seed=seed).values
        for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 1e-6


def test_the_time_ends_the_sample_and_the_errors_say_so() -> None:
    ticks = iter(range(10_000))
    short = sampled_attributions(
        score, ROWS, BACKGROUND, seconds=0.5, clock=lambda: float(next(ticks))
    )
    whole = sampled_attributions(score, ROWS, BACKGROUND, seconds=60)
    assert short.errors.mean() > 1.5 * whole.errors.mean()
    np.testing.assert_allclose(short.base + short.values.sum(axis=1), score(ROWS), atol=1e-12)


def test_a_large_background_is_sampled_too() -> None:
    large = RANDOM.normal(size=(1_000, COLUMNS))
    found = sampled_attributions(lambda x: x[:, 0], ROWS, large, seconds=60)
    # Of a plain column the only chance is which background rows were taken; their mean's spread is
    # 1 / sqrt(1000) at least.
    true = ROWS[:, 0] - large[:, 0].mean()
    assert (np.abs(found.values[:, 0] - true) <= 4 * found.errors[:, 0]).all()
    assert found.errors[:, 0].max() < 0.1


def test_any_callable_and_any_kind_of_value() -> None:
    def words(rows: NDArray[Any]) -> list[float]:
        return [len(first) + 2.0 * (second == "yes") for first, second in rows]

    rows = np.array([["long word", "yes"]], dtype=object)
    background = np.array([["", "no"], ["a", "no"]], dtype=object)
    found = sampled_attributions(words, rows, background)
    np.testing.assert_allclose(found.values, [[8.5, 2.0]])


@pytest.mark.parametrize(
    ("rows", "background", "predict", "key"),
    [
        (ROWS[0], BACKGROUND, score, "sampled.other_shapes"),
        (ROWS, BACKGROUND[:, :3], score, "sampled.other_shapes"),
        (ROWS, BACKGROUND[:0], score, "sampled.no_background"),
        (ROWS, BACKGROUND, lambda x: x, "sampled.other_scores"),
        (ROWS, BACKGROUND, lambda x: np.full(len(x), np.nan), "sampled.endless_scores"),
    ],
)
def test_bad_input_is_told(rows: Floats, background: Floats, predict: Any, key: str) -> None:
    with pytest.raises(OptionMistake) as caught:
        sampled_attributions(predict, rows, background)
    assert caught.value.key == key


def test_no_time_is_told() -> None:
    with pytest.raises(OptionMistake, match="More than 0"):
        sampled_attributions(score, ROWS, BACKGROUND, seconds=0.0)


def test_no_rows_give_no_values() -> None:
    assert sampled_attributions(score, ROWS[:0], BACKGROUND).values.shape == (0, COLUMNS)
