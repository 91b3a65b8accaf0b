from __future__ import annotations

import numpy as np
import pytest

from relevo.explain.columns.beyond_additive import beyond_additive
from relevo.prepare.matrix import Matrix


def matrix(count: int = 2_000) -> Matrix:
    random = np.random.default_rng(0)
    values = np.column_stack([*random.normal(size=(2, count)), random.integers(1, 4, count)])
    values[:20, 0] = np.nan
    return Matrix(values, ("a", "b", "k"), ("a", "b", "k"), {2: 4})


def test_curves_in_each_column_leave_nothing():
    rows = matrix()
    a, b, k = np.nan_to_num(rows.values).T
    bent = np.where(np.isnan(rows.values[:, 0]), 5.0, np.abs(a)) + b + (k == 2)
    left = beyond_additive(rows, np.array([0, 1, 2]), bent[:, np.newaxis])
    # Straight pieces between quantiles: |a| bends between two of them.
    assert left.std() < 0.05 * bent.std()


def test_a_product_is_left_whole():
    rows = matrix()
    a, b, _ = np.nan_to_num(rows.values).T
    left = beyond_additive(rows, np.array([0, 1]), (a * b)[:, np.newaxis])
    assert np.var(left) == pytest.approx(np.var(a * b), rel=0.05)


def test_a_column_without_values_says_nothing():
    rows = matrix(50)
    empty = rows.with_values(np.full((50, 3), np.nan))
    left = beyond_additive(empty, np.array([0, 2]), np.arange(50.0)[:, np.newaxis])
    assert left.mean() == pytest.approx(0)
    assert left.std() == pytest.approx(np.arange(50).std())
