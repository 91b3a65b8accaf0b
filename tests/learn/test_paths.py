from __future__ import annotations

import numpy as np

from relevo.learn.paths import paths
from relevo.prepare.matrix import Matrix

NAMES = ("a", "b", "c")
RANDOM = np.random.default_rng(0)
ROWS = Matrix(RANDOM.normal(size=(30, 3)), NAMES, NAMES, {})
BACKGROUND = RANDOM.normal(size=(16, 3))


def twisted(matrix: Matrix) -> np.ndarray:
    a, b, c = matrix.values.T
    return np.column_stack((a * b + c**2, np.sin(a) - b))


def test_a_row_adds_up_to_its_score() -> None:
    parts = paths(twisted, ROWS, BACKGROUND)
    assert parts.shape == (30, 2, 4)
    np.testing.assert_allclose(parts.sum(axis=2), twisted(ROWS), atol=1e-12)


def test_of_a_sum_each_feature_gets_its_own_term() -> None:
    start = BACKGROUND[:1]
    parts = paths(lambda m: m.values @ np.array([[1.0], [2.0], [-3.0]]), ROWS, start)
    np.testing.assert_allclose(
        parts[:, 0, :3], (ROWS.values - start) * [1.0, 2.0, -3.0], atol=1e-12
    )


def test_a_feature_that_does_nothing_gets_nothing() -> None:
    parts = paths(lambda m: m.values[:, :1] * m.values[:, 1:2], ROWS, BACKGROUND)
    assert np.abs(parts[:, 0, 2]).max() == 0.0


def test_a_product_is_shared_evenly() -> None:
    # From a start of zeros the Shapley values of a * b are a * b / 2 each; antithetic orders give
    # exactly that.
    parts = paths(lambda m: m.values[:, :1] * m.values[:, 1:2], ROWS, np.zeros((1, 3)))
    np.testing.assert_allclose(
        parts[:, 0, 0], ROWS.values[:, 0] * ROWS.values[:, 1] / 2, atol=1e-12
    )


def test_the_same_rows_give_the_same_parts() -> None:
    alone = paths(twisted, ROWS.take(slice(3, 4)), BACKGROUND)
    np.testing.assert_array_equal(alone[0], paths(twisted, ROWS, BACKGROUND)[3])
