"""Accumulated local effects: what a small step of a column changes, added up along its values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relevo.explain.columns.axis import Axis
from relevo.explain.columns.one_score import OneScore
from relevo.explain.columns.similarity import order_of_levels
from relevo.prepare.matrix import Matrix

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]


@dataclass(frozen=True)
class Curve:
    """A column's effect at some positions, once for each set of weights.

    Attributes
    ----------
    positions
        Numbers or names of categories.
    curves
        Shape `(n_weights, n_positions)`.
    rows
        Rows that each position stands on, `(n_positions,)`.
    each
        Of partial dependence, each row's own curve, `(n_rows, n_positions)`; else None.

    """

    positions: tuple[float, ...] | tuple[str, ...]
    curves: Floats
    rows: Positions
    each: Floats | None = None


def edges_of(numbers: Floats, bins: int) -> Floats:
    """Ends of at most `bins` bins of about equal numbers of rows; each is a value of a row.

    Examples
    --------
    >>> edges_of(np.array([1.0, 2.0, 3.0, 4.0, np.nan]), 2)
    array([1., 2., 4.])

    """
    known = numbers[np.isfinite(numbers)]
    ends = np.quantile(known, np.linspace(0, 1, bins + 1), method="inverted_cdf")
    return np.unique(ends)


def bin_of(numbers: Floats, edges: Floats) -> Positions:
    """The bin of each row from 0, the lowest number in the first; -1 without a number."""
    found = np.searchsorted(edges, numbers, side="left") - 1
    found = np.clip(found, 0, max(len(edges) - 2, 0))
    return np.where(np.isfinite(numbers), found, -1)


def ale(score: OneScore, matrix: Matrix, axis: Axis, bins: int, weights: Floats) -> Curve:
    """The accumulated local effects of one column, of mean zero over the rows.

    Of a number: the mean of `f(upper end, rest) - f(lower end, rest)` over the rows of each bin,
    added up over the bins. Rows without the number are left out. Of categories, put in an order
    by how alike their rows are: the same between neighbours, over the rows of both.

    Parameters
    ----------
    score
        What is explained.
    matrix
        Rows, `n_rows`.
    axis
        The column.
    bins
        For a number, at most so many.
    weights
        Shape `(n_weights, n_rows)`: a curve for each line.

    References
    ----------
    Apley and Zhu (2020), Visualizing the effects of predictor variables in black box supervised
    learning models, JRSS B 82.

    """
    if axis.numbers is None:
        return _of_levels(score, matrix, axis, weights)
    edges = edges_of(axis.numbers, bins)
    place = bin_of(axis.numbers, edges)
    if len(edges) == 1:
        rows = np.array([np.sum(place >= 0)])
        return Curve((float(edges[0]),), np.zeros((len(weights), 1)), rows)
    used = place >= 0
    values, place, weights = matrix.values[used], place[used], weights[:, used]
    ends = (edges[place + step][:, np.newaxis] for step in (0, 1))
    low, high = score(np.stack([axis.moved(values, end) for end in ends]))
    member = place[:, np.newaxis] == np.arange(len(edges) - 1)
    steps, counts = _means(weights, member * (high - low)[:, np.newaxis], member.astype(float))
    curves = _added_up(steps)
    middles = (curves[:, 1:] + curves[:, :-1]) / 2
    curves -= (np.sum(middles * counts, axis=1) / counts.sum(axis=1))[:, np.newaxis]
    return Curve(tuple(edges.tolist()), curves, np.array([0, *member.sum(axis=0)]))


def _of_levels(score: OneScore, matrix: Matrix, axis: Axis, weights: Floats) -> Curve:
    assert axis.of_row is not None
    assert axis.blocks is not None
    others = np.setdiff1d(np.arange(matrix.values.shape[1]), axis.places)
    n_codes = tuple(matrix.categories.get(int(place), 0) for place in others)
    order = order_of_levels(axis.of_row, matrix.values[:, others], n_codes)
    names = tuple(axis.levels[level] for level in order)
    used = axis.of_row >= 0
    rank = np.argsort(order)[axis.of_row[used]]
    values, weights = matrix.values[used], weights[:, used]
    at = [axis.blocks[order[np.clip(rank + step, 0, len(order) - 1)]] for step in (-1, 0, 1)]
    below, here, above = score(np.stack([axis.moved(values, block) for block in at]))
    member = (rank[:, np.newaxis] == np.arange(len(order))).astype(float)
    changes = member[:, :-1] * (above - here)[:, np.newaxis]
    changes += member[:, 1:] * (here - below)[:, np.newaxis]
    steps, _ = _means(weights, changes, member[:, :-1] + member[:, 1:])
    curves, counts = _added_up(steps), weights @ member
    curves -= (np.sum(curves * counts, axis=1) / counts.sum(axis=1))[:, np.newaxis]
    return Curve(names, curves, member.sum(axis=0).astype(np.intp))


def _means(weights: Floats, changes: Floats, member: Floats) -> tuple[Floats, Floats]:
    """The weighted mean change of each step; where no row weighs anything, that of all rows."""
    counts = weights @ member
    plain = changes.sum(axis=0) / member.sum(axis=0)
    means = np.where(counts > 0, weights @ changes / np.where(counts > 0, counts, 1.0), plain)
    return means, counts


def _added_up(steps: Floats) -> Floats:
    return np.concatenate([np.zeros((len(steps), 1)), np.cumsum(steps, axis=1)], axis=1)
