from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from relevo.compute.budget import Budget
from relevo.learn.boosting import Boosting
from relevo.learn.learner import Target
from relevo.learn.links import score_loss
from relevo.learn.pairs import MOST_FEATURES, Pairs
from relevo.learn.rows import Rows
from relevo.prepare.matrix import Matrix


def rows(n: int = 400, seed: int = 0, n_numbers: int = 2, n_categories: int = 1) -> Rows:
    random = np.random.default_rng(seed)
    numbers = random.normal(10, 2, size=(n, n_numbers))
    codes = random.integers(0, 5, size=(n, n_categories)).astype(float)
    names = tuple(f"x{place}" for place in range(n_numbers + n_categories))
    levels = dict.fromkeys(range(n_numbers, n_numbers + n_categories), 5)
    values = np.hstack((numbers, codes))
    target = numbers[:, 0] / numbers[:, -1] + random.normal(scale=0.02, size=n)
    return Rows(Matrix(values, names, names, levels), Target(target))


def test_what_is_made_of_two_numbers_and_a_category() -> None:
    values = np.array([[2.0, 4.0, 0.0], [6.0, 3.0, 1.0], [5.0, 8.0, 1.0]])
    pairs = Pairs(
        np.array([0, 1]),
        np.array([2]),
        np.array([0, 3]),
        np.array([[1.0, 2.0], [3.0, 4.0], [9.0, 9.0]]),
        np.array([[1.0, 2.0], [3.0, 4.0], [1.0, 1.0]]),
    )
    wide = pairs.widened(values)
    np.testing.assert_allclose(wide[0], [2, 4, 0, -2, 0.5, 8, 1, 2, 1, 1])
    np.testing.assert_allclose(wide[1], [6, 3, 1, 3, 2, 18, 3, 4, 1, -0.25])
    np.testing.assert_array_equal(pairs.widened(values[1]), wide[1])
    # Unseen and missing codes have their own line; nothing divides by zero.
    odd = pairs.widened(np.array([[1.0, 0.0, np.nan], [1.0, 0.0, 7.0], [np.nan, 1e300, 0.0]]))
    np.testing.assert_array_equal(odd[0, 6:8], [9.0, 9.0])
    np.testing.assert_array_equal(odd[1, 6:8], [9.0, 9.0])
    assert np.isnan(odd[0, 4])
    assert not np.isinf(odd).any()


def test_means_are_those_of_the_categories_drawn_to_the_mean_of_all() -> None:
    made = rows(2000)
    pairs = Pairs.learn(made)
    x, codes = made.matrix.values[:, 0], made.matrix.values[:, 2]
    for code in range(5):
        own = x[codes == code]
        expected = (own.sum() + 5 * x.mean()) / (len(own) + 5)
        np.testing.assert_allclose(pairs.mean[code, 0], expected)
    np.testing.assert_allclose(pairs.mean[5], made.matrix.values[:, :2].mean(axis=0))


def test_the_strongest_are_chosen_and_no_more_than_some() -> None:
    random = np.random.default_rng(1)
    values = random.normal(size=(3000, 12))
    codes = random.integers(0, 6, size=(3000, 5)).astype(float)
    signal = values[:, [1, 4, 7, 10]].sum(axis=1) + codes[:, [0, 2, 4]].sum(axis=1)
    names = tuple(map(str, range(17)))
    matrix = Matrix(np.hstack((values, codes)), names, names, dict.fromkeys(range(12, 17), 6))
    pairs = Pairs.learn(Rows(matrix, Target(signal)))
    assert pairs.numbers.tolist() == [1, 4, 7, 10]
    assert pairs.categories.tolist() == [12, 14, 16]
    assert pairs.count == MOST_FEATURES
    assert pairs.widened(matrix.values).shape == (3000, 17 + MOST_FEATURES)
    without = Pairs.learn(Rows(matrix, Target(signal)), without=frozenset({"4", "14"}))
    assert 4 not in without.numbers
    assert 14 not in without.categories


@pytest.mark.parametrize(("n_numbers", "n_categories", "count"), [(1, 0, 0), (0, 2, 0), (2, 0, 3)])
def test_few_features_have_few_pairs(n_numbers: int, n_categories: int, count: int) -> None:
    made = rows(100, n_numbers=max(n_numbers, 1), n_categories=n_categories)
    if not n_numbers:
        old = made.matrix
        levels = {place - 1: size for place, size in old.categories.items()}
        matrix = Matrix(old.values[:, 1:], old.features[1:], old.columns[1:], levels)
        made = Rows(matrix, made.target)
    assert Pairs.learn(made).count == count


def test_a_share_of_each_pair_goes_to_its_features() -> None:
    pairs = Pairs.learn(rows())
    n = pairs.count
    parts = np.zeros((1, 1, 3 + n + 1))
    parts[..., 3] = 1.0  # x0 - x1
    parts[..., 6] = 10.0  # mean of x0 in the category
    parts[..., 8] = 100.0  # x0 above that mean
    parts[..., -1] = 0.25
    pairs_given = pairs.shared(parts)[0, 0]
    np.testing.assert_allclose(pairs_given, [50.5, 0.5, 60.0, 0.25])


def test_trees_that_see_a_ratio_learn_it_better_and_add_up() -> None:
    part, held, fresh = rows(600), rows(300, 1), rows(2000, 2)
    plain = Boosting().attempt(part, held, Budget(600)).predictor
    paired = Boosting(pairs=True).made_for(part).attempt(part, held, Budget(600)).predictor
    loss = score_loss(paired.scores(fresh.matrix), fresh.target)
    assert loss < 0.8 * score_loss(plain.scores(fresh.matrix), fresh.target)
    parts = paired.contributions(fresh.matrix)
    assert parts.shape == (2000, 1, 4)
    np.testing.assert_allclose(parts.sum(axis=2), paired.scores(fresh.matrix), rtol=1e-9)


def test_no_pair_of_a_monotone_feature() -> None:
    made = rows()
    learner = Boosting(pairs=True, monotone={"x0": 1}).made_for(made)
    predictor = learner.attempt(made, rows(200, 1), Budget(600)).predictor
    grid = np.repeat(made.matrix.values[:1], 50, axis=0)
    grid[:, 0] = np.linspace(4, 16, 50)
    scores = predictor.scores(made.matrix.with_values(grid))[:, 0]
    assert (np.diff(scores) >= 0).all()


def test_only_equal_pairs_can_be_averaged() -> None:
    made, other = rows(), rows(seed=5)
    ready = Boosting(pairs=True, most_trees=20).made_for(made)
    one, two = (replace(ready, seed=s).attempt(made, other, Budget(600)).predictor for s in (1, 2))
    assert one.like == two.like
    both = type(one).average([one, two], np.array([[1.0], [3.0]]))
    expected = 0.25 * one.scores(other.matrix) + 0.75 * two.scores(other.matrix)
    np.testing.assert_allclose(both.scores(other.matrix), expected, rtol=1e-6)
    third = Boosting(pairs=True).made_for(other).attempt(other, made, Budget(600)).predictor
    plain = Boosting().attempt(made, other, Budget(600)).predictor
    assert len({one.like, third.like, plain.like}) == 3
