"""The glass box on rows whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from relevo.compute.budget import Budget
from relevo.learn.additive import Additive
from relevo.learn.additive_bins import Bins
from relevo.learn.additive_fit import pooled
from relevo.learn.additive_penalty import Penalty
from relevo.learn.additive_predictor import AdditivePredictor
from relevo.learn.boosting import Boosting
from relevo.learn.learner import Predictor, Target
from relevo.learn.rows import Rows
from relevo.prepare.matrix import Matrix

NAMES = ("wave", "line", "noise", "kind")
EFFECTS = np.array([0.0, 1.0, -1.0])


def truth(values: np.ndarray) -> np.ndarray:
    codes = values[:, 3].astype(int)
    return np.stack(
        [np.sin(3 * values[:, 0]), values[:, 1], 0 * values[:, 2], EFFECTS[codes]], axis=1
    )


def rows(n: int = 2_000, seed: int = 0, classes: tuple[str, ...] = ()) -> Rows:
    random = np.random.default_rng(seed)
    values = random.uniform(-1, 1, (n, 4))
    values[:, 3] = random.integers(0, 3, n)
    score = 5.0 + truth(values).sum(axis=1)
    target = score + random.normal(scale=0.5, size=n)
    if classes:
        target = (2 * (score - 5.0) + random.logistic(size=n) > 0).astype(float)
    return Rows(Matrix(values, NAMES, NAMES, {3: 3}), Target(target, classes))


def fitted(learnt: Rows, **settings: object) -> AdditivePredictor:
    return Additive(bins=24, **settings).fit(learnt.matrix, learnt.target, Budget(600))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def known() -> AdditivePredictor:
    return fitted(rows())


def test_shapes_are_found(known: AdditivePredictor) -> None:
    fresh = rows(1_000, seed=1).matrix
    parts, wanted = known.contributions(fresh)[:, 0], truth(fresh.values)
    apart = parts[:, :-1] - (wanted - wanted.mean(axis=0))
    # The steps' own standard errors are some 0.05; a step of the wave spans up to 0.25 of it.
    assert np.sqrt((apart**2).mean(axis=0)).max() < 0.12


def test_a_column_that_tells_nothing_is_flat(known: AdditivePredictor) -> None:
    assert np.abs(known.table[known.bins.of(2)]).max() < 0.05


def test_each_shape_has_a_mean_of_zero_over_the_rows(known: AdditivePredictor) -> None:
    parts = known.contributions(rows().matrix)[:, 0]
    np.testing.assert_allclose(parts[:, :-1].mean(axis=0), 0.0, atol=1e-12)
    assert parts[0, -1] == pytest.approx(rows().target.values.mean(), abs=0.05)


def test_errors_cover_the_truth(known: AdditivePredictor) -> None:
    own = known.bins.of(0)
    middle = np.concatenate(([-1.0], known.bins.edges_of(0), [1.0]))
    wanted = np.sin(3 * (middle[1:] + middle[:-1]) / 2)
    apart = known.table[own][:-1, 0] - (wanted - wanted.mean())
    inside = np.abs(apart) < 1.96 * known.error[own][:-1, 0]
    assert inside.mean() > 0.75  # 95 % over shapes, of 24 steps that move together


def test_one_row_is_told_like_many(known: AdditivePredictor) -> None:
    matrix = rows(50, seed=2).matrix
    values = matrix.values.copy()
    values[:10, 0] = np.nan
    values[10:20, 3] = np.nan
    many = known.contributions(matrix.with_values(values))
    single = np.stack([known.contributions_row(row) for row in values])
    np.testing.assert_array_equal(single, many)


def test_the_bin_of_each_value() -> None:
    values = np.array([[1.0, 0.0], [2.0, 1.0], [4.0, 1.0], [np.nan, np.nan]])
    bins = Bins.learn(Matrix(values, ("x", "kind"), ("x", "kind"), {1: 2}), most=8)
    assert bins.edges_of(0).tolist() == [1.5, 3.0]
    assert bins.span[0].tolist() == [1.0, 4.0]
    places = bins.places(np.array([[1.5, 0.0], [9.0, 1.0], [np.nan, np.nan]]))
    assert (places - bins.first[:-1]).tolist() == [[0, 0], [2, 1], [3, 2]]


def test_few_rows_of_great_weight_are_few() -> None:
    learnt = rows(400)
    great = np.arange(len(learnt)) < 100
    weight = np.where(great, 1e6, 1.0)
    weighted = Rows(learnt.matrix, Target(learnt.target.values, (), weight))
    fresh = rows(300, seed=5).matrix
    few = fitted(learnt.take(np.flatnonzero(great)))
    heavy = fitted(weighted)
    # Rows of next to no weight change nothing but the bins.
    apart = heavy.scores(fresh) - few.scores(fresh)
    assert np.sqrt((apart**2).mean()) < 0.25


def test_a_spent_budget_ends_it() -> None:
    budget = Budget(600)
    budget.stop()
    learnt = rows(300)
    predictor = Additive().fit(learnt.matrix, learnt.target, budget)
    mean = learnt.target.values.mean()
    np.testing.assert_allclose(predictor.scores(learnt.matrix), mean)


def on_a_grid(predictor: Predictor, feature: int) -> np.ndarray:
    """Scores of 30 rows, each at 200 values of one feature."""
    base = rows(30, seed=9).matrix.values
    values = np.repeat(base, 200, axis=0)
    values[:, feature] = np.tile(np.linspace(-1.3, 1.3, 200), 30)
    return predictor.scores(Matrix(values, NAMES, NAMES, {3: 3}))[:, 0].reshape(30, 200)


@pytest.mark.parametrize("way", [1, -1])
@pytest.mark.parametrize("classes", [(), ("no", "yes")])
def test_a_score_only_rises_or_falls(way: int, classes: tuple[str, ...]) -> None:
    learnt = rows(600, classes=classes)
    for predictor in (
        fitted(learnt, monotone={"wave": way}),
        Boosting(most_trees=60, monotone={"wave": way}).fit(
            learnt.matrix, learnt.target, Budget(600)
        ),
    ):
        assert (way * np.diff(on_a_grid(predictor, 0), axis=1) >= 0).all()
        assert np.ptp(on_a_grid(predictor, 1), axis=1).min() > 1.0  # others still tell


def test_the_promise_is_kept_by_fine_tuning() -> None:
    warm = fitted(rows(600), monotone={"line": 1})
    learnt = rows(600, seed=3)
    turned = Rows(learnt.matrix, Target(-learnt.target.values))
    tuned = Additive().fit(turned.matrix, turned.target, Budget(600), warm=warm)
    assert tuned is not warm
    assert (np.diff(on_a_grid(tuned, 1), axis=1) >= -1e-12).all()
    trees = Boosting(most_trees=30, monotone={"line": 1})
    promised = trees.fit(rows(600).matrix, rows(600).target, Budget(600))
    assert trees.fit(turned.matrix, turned.target, Budget(600), warm=promised) is promised


def test_strengths_of_kin_are_drawn_together_and_a_lone_one_is_not() -> None:
    form = np.eye(2)
    kin, alone = Penalty(slice(0, 2), form, 2, "category"), Penalty(slice(0, 2), form, 2)
    worth, size = np.array([1.0, 1.0, 2.0]), np.array([0.1, 10.0, 0.5])
    found = pooled(worth, size, [kin, kin, alone])
    assert found[2] == pytest.approx(4.0)
    assert found[1] < found[0]
    assert found[1] > 0.1
    assert found[0] < 10.0
