"""Partial dependence: the mean score when every row is given the same value of a column."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from relevo.explain.columns.ale import Curve, bin_of, edges_of
from relevo.explain.columns.axis import Axis
from relevo.explain.columns.one_score import OneScore
from relevo.prepare.matrix import Matrix

Floats = NDArray[np.float64]


def partial_dependence(
    score: OneScore,
    matrix: Matrix,
    axis: Axis,
    bins: int,
    weights: Floats,
    at: Sequence[float] | None = None,
) -> Curve:
    """The partial dependence of one column, and each row's own curve.

    Where columns are correlated it also averages over rows that do not exist, which accumulated
    local effects do not.

    Parameters
    ----------
    score, matrix, axis, bins, weights
        As in `relevo.explain.columns.ale.ale`.
    at
        For a number, the positions; default the ends of the bins.

    References
    ----------
    Friedman (2001), Greedy function approximation, Annals of Statistics 29; Goldstein et al.
    (2015), Peeking inside the black box, Journal of Computational and Graphical Statistics 24.

    """
    if axis.numbers is None:
        assert axis.blocks is not None
        assert axis.of_row is not None
        each = [score(axis.moved(matrix.values, block)) for block in axis.blocks]
        rows = np.bincount(axis.of_row[axis.of_row >= 0], minlength=len(axis.levels))
        return _averaged(axis.levels, np.column_stack(each), weights, rows)
    edges = edges_of(axis.numbers, bins) if at is None else np.unique(np.asarray(at, np.float64))
    each = [score(axis.moved(matrix.values, np.array([edge]))) for edge in edges]
    place = bin_of(axis.numbers, edges)
    rows = np.bincount(place[place >= 0] + (len(edges) > 1), minlength=len(edges))
    return _averaged(tuple(edges.tolist()), np.column_stack(each), weights, rows)


def _averaged(
    positions: tuple[float, ...] | tuple[str, ...],
    each: Floats,
    weights: Floats,
    rows: NDArray[np.intp],
) -> Curve:
    means = weights @ each / weights.sum(axis=1, keepdims=True)
    return Curve(positions, means, rows, each)
