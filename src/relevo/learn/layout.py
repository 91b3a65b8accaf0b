"""`Layout`: how linear models and networks see a matrix, learnt once and kept with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from relevo.learn.learner import Floats
from relevo.learn.rows import Rows
from relevo.prepare.matrix import Matrix

Positions = NDArray[np.intp]
_FEWEST_KNOTS = 4  # with fewer a curve is hardly more than a line, or the number is an indicator
_MOST_ROWS_OF_KNOTS = 50_000
_MOST_DENSE_COLUMNS = 1_000


@dataclass(frozen=True)
class Design:
    """Rows in a layout: a dense block of numbers and a sparse block of category levels."""

    dense: Floats
    levels: sparse.csr_matrix

    def scores(self, weights: Floats) -> Floats:
        """The weighted sum of each row, `(n_rows, n_outputs)`."""
        n = self.dense.shape[1]
        return np.asarray(self.dense @ weights[:n] + self.levels @ weights[n:])

    def gradient(self, residuals: Floats) -> Floats:
        """The sum of each design column times the residuals, `(n_design, n_outputs)`."""
        return np.vstack((self.dense.T @ residuals, self.levels.T @ residuals))


@dataclass(frozen=True)
class Layout:
    """Design columns: standardised numbers, bends, indicators of missing numbers, category levels.

    A bend is what a number exceeds a knot by, up to the next knot, as a share of their distance:
    together the bends of a number make a curve of straight pieces of its effect (Gorishniy et al.,
    2022, "On Embeddings for Numerical Features", call it piecewise linear encoding).

    Attributes
    ----------
    numbers, categories
        Positions of the features in the matrix.
    mean, spread
        Of each number, over the rows where it is known.
    bent, knots, reach
        Of each bend: its position within `numbers`, where it begins, and its length.
    bend_mean
        Of each bend over the rows; a missing number counts as this.
    indicated
        Positions within `numbers` that have an indicator column.
    first_level
        Where each category's levels begin; one entry more than categories. The last level of a
        category stands for missing.
    average
        Mean of each design column over the rows that it was learnt from.

    """

    numbers: Positions
    categories: Positions
    mean: Floats
    spread: Floats
    bent: Positions
    knots: Floats
    reach: Floats
    bend_mean: Floats
    indicated: Positions
    first_level: Positions
    average: Floats

    @classmethod
    def learn(cls, matrix: Matrix, weight: Floats | None, bends: int = 0) -> Layout:
        """The layout for a matrix, each row counted by its weight.

        `bends` is how many pieces the curve of each number has at most, between quantiles.
        """
        categories = np.array(sorted(matrix.categories), dtype=np.intp)
        numbers = np.setdiff1d(np.arange(len(matrix.features)), categories)
        mean, spread, missing = _moments(matrix.values[:, numbers], weight)
        counts = [matrix.categories[int(place)] + 1 for place in categories]
        layout = cls(
            numbers,
            categories,
            mean,
            spread,
            *_bends(matrix.values[:, numbers], bends),
            np.flatnonzero(missing),
            np.concatenate(([0], np.cumsum(counts, dtype=np.intp))).astype(np.intp),
            np.empty(0),
        )
        share = np.full(len(matrix), 1.0) if weight is None else weight
        average = layout.design(matrix).gradient(share[:, np.newaxis] / share.sum())[:, 0]
        return replace(layout, average=average)

    @property
    def size(self) -> int:
        """The number of design columns."""
        return self.n_dense + int(self.first_level[-1])

    @property
    def n_dense(self) -> int:
        """The number of design columns that are no category levels."""
        return len(self.numbers) + len(self.bent) + len(self.indicated)

    @cached_property
    def source(self) -> Positions:
        """The feature that each design column comes from, shape `(size,)`."""
        numbers = self.numbers
        levels = np.repeat(self.categories, np.diff(self.first_level))
        return np.concatenate((numbers, numbers[self.bent], numbers[self.indicated], levels))

    def design(self, matrix: Matrix) -> Design:
        """The rows of a matrix as design columns."""
        return Design(self.dense(matrix.values), self._one_hot(self.levels(matrix.values)))

    def dense(self, values: Floats) -> Floats:
        """Numbers, bends and indicators of rows `(n_rows, n_features)` or one `(n_features,)`."""
        numbers = values[..., self.numbers]
        gone = np.isnan(numbers)
        scaled = (numbers - self.mean) / self.spread
        scaled[gone] = 0.0
        parts = [scaled]
        if len(self.bent):
            bends = np.clip((numbers[..., self.bent] - self.knots) / self.reach, 0.0, 1.0)
            bends -= self.bend_mean
            bends[gone[..., self.bent]] = 0.0
            parts.append(bends)
        if len(self.indicated):
            parts.append(gone[..., self.indicated])
        return np.concatenate(parts, axis=-1)

    def levels(self, values: Floats) -> Positions:
        """The level of each category, in rows `(n_rows, n_features)` or in one `(n_features,)`."""
        codes = values[..., self.categories]
        unknown = ~((codes >= 0) & (codes < self._missing_code))
        if unknown.any():
            instead = np.where(np.isnan(codes), self._missing_code, 0)
            codes = np.where(unknown, instead, codes)
        levels: Positions = codes.astype(np.intp) + self.first_level[:-1]
        return levels

    @cached_property
    def _missing_code(self) -> Positions:
        return np.diff(self.first_level) - 1

    def _one_hot(self, levels: Positions) -> sparse.csr_matrix:
        n_rows, n_categories = levels.shape
        ends = np.arange(n_rows + 1) * n_categories
        shape = (n_rows, int(self.first_level[-1]))
        return sparse.csr_matrix((np.ones(levels.size), levels.ravel(), ends), shape=shape)


def shared_layout(rows: Rows, bends: int, shared: dict[object, Any] | None = None) -> Layout:
    """The layout for rows, from `shared` when it has been learnt already.

    Numbers of very many columns have fewer bends.
    """
    n_numbers = len(rows.matrix.features) - len(rows.matrix.categories)
    bends = min(bends, _MOST_DENSE_COLUMNS // max(1, n_numbers))
    shared = {} if shared is None else shared
    key = ("layout", bends)
    if key not in shared:
        shared[key] = Layout.learn(rows.matrix, rows.target.weight, bends)
    layout: Layout = shared[key]
    return layout


FIELDS = tuple(Layout.__dataclass_fields__)


def _bends(numbers: Floats, most: int) -> tuple[Positions, Floats, Floats, Floats]:
    bent: list[int] = []
    pieces: list[tuple[Floats, Floats, Floats]] = []
    shares = np.linspace(0, 1, most + 1)
    for place in range(numbers.shape[1] if most else 0):
        known = numbers[:, place]
        known = known[~np.isnan(known)]
        known = known[:: 1 + len(known) // _MOST_ROWS_OF_KNOTS]
        knots = np.unique(np.quantile(known, shares)) if len(known) else known
        if len(knots) < _FEWEST_KNOTS or not np.isfinite(knots[-1] - knots[0]):
            continue
        starts, reach = knots[:-1], np.diff(knots)
        mean = np.clip((known[:, np.newaxis] - starts) / reach, 0.0, 1.0).mean(axis=0)
        bent += [place] * len(starts)
        pieces.append((starts, reach, mean))
    columns = [np.concatenate(column) for column in zip(*pieces, strict=True)] or [np.empty(0)] * 3
    return np.array(bent, dtype=np.intp), columns[0], columns[1], columns[2]


def _moments(numbers: Floats, weight: Floats | None) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    known: NDArray[np.bool_] = ~np.isnan(numbers)
    share = np.where(known, 1.0 if weight is None else weight[:, np.newaxis], 0.0)
    total = np.maximum(share.sum(axis=0), np.finfo(float).tiny)
    filled = np.where(known, numbers, 0.0)
    mean = (share * filled).sum(axis=0) / total
    variance = (share * np.where(known, filled - mean, 0.0) ** 2).sum(axis=0) / total
    # A constant's variance is rounding error, not spread.
    flat = variance <= (1e-12 * np.abs(mean)) ** 2 + np.finfo(float).tiny
    spread = np.array(np.sqrt(np.where(flat, 1.0, variance)), dtype=np.float64)
    return np.array(mean), spread, np.array(~known.all(axis=0))
