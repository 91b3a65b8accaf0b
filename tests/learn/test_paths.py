from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import numpy as np
import pytest
from numpy.typing import NDArray

from relevo.learn.paths import Shares, Ways, paths

Floats = NDArray[np.float64]
RANDOM = np.random.default_rng(0)
ROWS = RANDOM.normal(size=(30, 3))
BACKGROUND = RANDOM.normal(size=(16, 3))


def twisted(values: Floats) -> Floats:
    a, b, c = values.T
    return np.column_stack((a * b * c + c**2, np.sin(a) - b))


def product(values: Floats) -> Floats:
    return values[:, :1] * values[:, 1:2]


def shares(
    scores: Callable[[Floats], Floats],
    values: Floats = ROWS,
    background: Floats = BACKGROUND,
    rounds: int = 4,
    ways: int = 2,
    seed: int = 0,
) -> Shares:
    drawn = Ways.drawn(len(background), values.shape[1], rounds, ways, seed)
    return paths(scores, values, background, drawn)


def exact(row: Floats, background: Floats) -> Floats:
    """The mean over all orders and all background rows, of `twisted`, `(n_outputs, 3)`."""
    total = np.zeros((2, 3))
    for order in permutations(range(3)):
        steps = background.copy()
        before = twisted(steps).mean(axis=0)
        for feature in order:
            steps[:, feature] = row[feature]
            after = twisted(steps).mean(axis=0)
            total[:, feature] += (after - before) / 6
            before = after
    return total


def test_a_row_adds_up_to_its_score() -> None:
    found = shares(twisted)
    assert found.parts.shape == (30, 2, 4)
    assert found.errors.shape == (30, 2, 3)
    np.testing.assert_allclose(found.parts.sum(axis=2), twisted(ROWS), atol=1e-12)


def test_of_a_sum_each_feature_gets_its_own_term() -> None:
    start = BACKGROUND[:1]
    found = shares(lambda values: values @ np.array([[1.0], [2.0], [-3.0]]), background=start)
    np.testing.assert_allclose(found.parts[:, 0, :3], (ROWS - start) * [1.0, 2.0, -3.0], atol=1e-12)
    assert found.errors.max() < 1e-12


def test_a_feature_that_does_nothing_gets_nothing() -> None:
    found = shares(product)
    assert np.abs(found.parts[:, 0, 2]).max() == 0.0
    assert found.errors[:, 0, 2].max() == 0.0


def test_a_product_is_shared_evenly() -> None:
    # From a start of zeros the Shapley values of a * b are a * b / 2 each; antithetic orders give
    # exactly that.
    found = shares(product, background=np.zeros((1, 3)))
    np.testing.assert_allclose(found.parts[:, 0, 0], ROWS[:, 0] * ROWS[:, 1] / 2, atol=1e-12)


def test_the_same_rows_give_the_same_parts() -> None:
    alone = shares(twisted, ROWS[3:4])
    np.testing.assert_array_equal(alone.parts[0], shares(twisted).parts[3])


def test_many_rounds_find_the_mean_over_all_orders() -> None:
    found = shares(twisted, ROWS[:4], rounds=60, ways=16)
    expected = np.stack([exact(row, BACKGROUND) for row in ROWS[:4]])
    # Every round starts from all background rows, so what is left is the orders' chance.
    miss = np.abs(found.parts[:, :, :3] - expected)
    assert (miss <= 4 * found.errors + 1e-12).all()
    assert miss.max() < 0.05 * np.abs(expected).max()


def test_the_errors_hold_what_they_promise() -> None:
    """95 % of the true values within 1.96 errors, though there are four rounds only."""
    expected = np.stack([exact(row, BACKGROUND) for row in ROWS[:10]])
    hits = []
    for seed in range(60):
        found = shares(twisted, ROWS[:10], rounds=4, ways=3, seed=seed)
        miss = np.abs(found.parts[:, 0, :3] - expected[:, 0])
        hits.append(miss <= 1.96 * found.errors[:, 0])
    # 60 independent samples, each of 30 dependent figures: the mean's own error is about 2 points.
    assert 0.90 <= np.mean(hits) <= 0.995


def test_more_rounds_less_error() -> None:
    few, many = shares(twisted, rounds=4), shares(twisted, rounds=64)
    assert many.errors[:, 0].mean() < 0.4 * few.errors[:, 0].mean()


def test_after_one_round_nothing_is_known_of_the_error() -> None:
    found = shares(twisted, rounds=1)
    assert np.isinf(found.errors).all()
    assert np.isfinite(found.parts).all()


@pytest.mark.parametrize("ways", [1, 3, 8])
def test_ways_take_every_background_row_before_any_twice(ways: int) -> None:
    drawn = Ways.drawn(5, 4, 10, ways, 0)
    counts = np.bincount(drawn.starts.ravel(), minlength=5)
    assert counts.max() - counts.min() <= 1
    np.testing.assert_array_equal(
        np.sort(drawn.places, axis=2), np.broadcast_to(np.arange(4), drawn.places.shape)
    )


def test_each_feature_comes_equally_often_at_each_step_of_a_round() -> None:
    [places] = Ways.drawn(12, 4, 1, 8, 0).places
    for feature in range(4):
        assert np.bincount(places[:, feature]).tolist() == [2, 2, 2, 2]


def test_one_feature_and_no_rows() -> None:
    found = shares(lambda values: values, ROWS[:, :1], BACKGROUND[:, :1], ways=16)
    np.testing.assert_allclose(found.parts[:, 0, 0], ROWS[:, 0] - BACKGROUND[:, 0].mean())
    assert shares(twisted, ROWS[:0]).parts.shape == (0, 2, 4)
