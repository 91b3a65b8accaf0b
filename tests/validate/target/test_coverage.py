from __future__ import annotations

import numpy as np

from relevo.validate.target.coverage import covered_rows


def covered(training, target, categorical=(), odds=None):
    matrix = np.concatenate([training, target])
    is_target = np.arange(len(matrix)) >= len(training)
    given = np.ones(len(target)) if odds is None else np.asarray(odds)
    return covered_rows(matrix, list(categorical), is_target, given)


def test_far_out_in_a_direction_that_no_column_shows_alone():
    rng = np.random.default_rng(0)
    one = rng.normal(size=500)
    training = np.column_stack([one, one + 0.1 * rng.normal(size=500)])
    assert covered(training, np.array([[2.0, 2.0], [2.0, -2.0]])).tolist() == [True, False]


def test_odds_of_ten_and_more_are_not_covered():
    rows = np.random.default_rng(1).normal(size=(100, 1))
    assert covered(rows, rows[:3], odds=[1.0, 9.9, 10.0]).tolist() == [True, True, False]


def test_a_category_that_training_lacks_counts_when_chance_does_not_explain_it():
    training = np.zeros((100, 1))
    target = np.zeros((100, 1))
    target[:20] = 1.0
    target[99] = 2.0
    found = covered(training, target, [0])
    assert not found[:20].any()
    assert found[20:].all()


def test_missing_and_enormous_values():
    training = np.random.default_rng(2).normal(size=(50, 2))
    training[0, 0] = np.nan
    target = np.array([[np.nan, 0.0], [1.7e308, 0.0]])
    assert covered(training, target).tolist() == [True, False]


def test_in_many_columns_like_rows_are_covered():
    rng = np.random.default_rng(3)
    found = [
        covered(rng.normal(size=(300, 80)), rng.normal(size=(300, 80))).mean() for _ in range(5)
    ]
    assert np.mean(found) > 0.98  # one row in 301 is beyond all others
