"""`paths`: what each feature adds to any score, along sampled ways from a background to the row."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from relevo.learn.learner import Floats
from relevo.prepare.matrix import Matrix

_PATHS = 8
_MOST_ROWS_AT_ONCE = 20_000


def paths(
    scores: Callable[[Matrix], Floats], matrix: Matrix, background: Floats, seed: int = 0
) -> Floats:
    """Shapley values by sampled permutations; each row's sum is its score, exactly.

    The features of a background row are replaced by the row's own, one after the other, in a
    random order and in its reverse; what the score moves by is the feature's (Štrumbelj and
    Kononenko, 2014; antithetic pairs: Mitchell et al., 2022). The estimate is unbiased; the steps
    of a path add up, so the sum is exact whatever the sample. The same for every row of the same
    values, because the orders do not depend on the rows.

    Parameters
    ----------
    scores
        Gives raw scores `(n_rows, n_outputs)` of a matrix.
    matrix
        The rows to explain, `(n_rows, n_features)`.
    background
        Rows `(n_background, n_features)` to start from.
    seed
        Of the orders and the choice of background rows.

    Returns
    -------
    ndarray
        Shape `(n_rows, n_outputs, n_features + 1)`; the last column is the mean score of the
        background rows that were used.

    """
    random = np.random.default_rng(seed)
    n_features = matrix.values.shape[1]
    orders = [random.permutation(n_features) for _ in range(_PATHS // 2)]
    orders += [order[::-1] for order in orders]
    starts = background[random.integers(0, len(background), len(orders))]
    rows_at_once = max(1, _MOST_ROWS_AT_ONCE // (n_features + 1))
    blocks = [
        _block(scores, matrix.take(slice(first, first + rows_at_once)), orders, starts)
        for first in range(0, len(matrix), rows_at_once)
    ]
    return np.concatenate(blocks)


def _block(
    scores: Callable[[Matrix], Floats],
    matrix: Matrix,
    orders: list[NDArray[np.int64]],
    starts: Floats,
) -> Floats:
    n_rows, n_features = matrix.values.shape
    parts: Floats = np.zeros(())
    for order, start in zip(orders, starts, strict=True):
        steps = np.empty((n_features + 1, n_rows, n_features))
        steps[:] = start
        for place, feature in enumerate(order, start=1):
            steps[place:, :, feature] = matrix.values[:, feature]
        flat = matrix.with_values(steps.reshape(-1, n_features))
        along = scores(flat).reshape(n_features + 1, n_rows, -1)
        part = np.empty((n_rows, along.shape[2], n_features + 1))
        part[:, :, order] = np.diff(along, axis=0).transpose(1, 2, 0)
        part[:, :, -1] = along[0]
        parts = parts + part
    return np.asarray(parts / len(orders))
