"""`Layout`: how a linear model sees a matrix, learnt once and kept with its coefficients."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from relevo.learn.learner import Floats
from relevo.prepare.matrix import Matrix

Positions = NDArray[np.intp]


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
    """Design columns: standardised numbers, indicators of missing numbers, category levels.

    Attributes
    ----------
    numbers, categories
        Positions of the features in the matrix.
    mean, spread
        Of each number, over the rows where it is known.
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
    indicated: Positions
    first_level: Positions
    average: Floats

    @classmethod
    def learn(cls, matrix: Matrix, weight: Floats | None) -> Layout:
        """The layout for a matrix, each row counted by its weight."""
        categories = np.array(sorted(matrix.categories), dtype=np.intp)
        numbers = np.setdiff1d(np.arange(len(matrix.features)), categories)
        mean, spread, missing = _moments(matrix.values[:, numbers], weight)
        counts = [matrix.categories[int(place)] + 1 for place in categories]
        layout = cls(
            numbers,
            categories,
            mean,
            spread,
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
        return len(self.numbers) + len(self.indicated) + int(self.first_level[-1])

    def design(self, matrix: Matrix) -> Design:
        """The rows of a matrix as design columns."""
        numbers = matrix.values[:, self.numbers]
        gone = np.isnan(numbers)
        numbers = np.where(gone, 0.0, (numbers - self.mean) / self.spread)
        dense = np.hstack((numbers, gone[:, self.indicated]))
        return Design(dense, self._one_hot(self.levels(matrix.values)))

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


FIELDS = tuple(Layout.__dataclass_fields__)


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
