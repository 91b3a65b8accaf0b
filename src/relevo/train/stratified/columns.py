"""`Columns`: the numbers that a segment's coefficients weigh."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relevo.learn.learner import Floats
from relevo.prepare.matrix import Matrix
from relevo.train.stratified.held import Marks
from relevo.train.stratified.segments import Positions

_FENCE = 3.0  # quartile ranges from the median (Tukey, 1977, calls it far out beyond 3)
_QUARTERS = (0.25, 0.5, 0.75)
_GAIN = 0.01  # by what share a common model must err less when what is far out is drawn in
_MOST_LEVELS = 12
_MISSING_LEVEL = -1.0


@dataclass(frozen=True)
class Columns:
    """A constant, standardised numbers, indicators of missing ones and of category levels.

    Attributes
    ----------
    source
        The feature that each column but the constant comes from.
    level
        Of an indicator the code that it stands for, -1 for missing; NaN for a number.
    low, high
        What numbers are drawn in to; infinite where all that comes is believed.
    mean, spread
        Of each column, over the rows that it was learnt from.

    """

    source: Positions
    level: Floats
    low: Floats
    high: Floats
    mean: Floats
    spread: Floats

    @classmethod
    def learn(
        cls,
        matrix: Matrix,
        vary: NDArray[np.bool_],
        weight: Floats | None,
        y: Floats,
        marks: Marks,
        most: int,
    ) -> Columns:
        """At most so many columns of the features that may vary, those that explain `y` best.

        Numbers that are far out are drawn in where rows held back are predicted better so.
        """
        source, level = _possible(matrix, vary, weight)
        endless = np.full(len(source), np.inf)
        plain = cls(source, level, -endless, endless, np.zeros(len(source)), np.ones(len(source)))
        plain = plain._scaled(matrix, weight)
        low, high = _fences(matrix, source, level, weight)
        if np.isfinite(low).any():
            drawn_in = cls(source, level, low, high, plain.mean, plain.spread)
            drawn_in = drawn_in._scaled(matrix, weight)
            second = (marks & np.uint64(1)).astype(bool)
            errors = [_error(one.of(matrix.values), y, weight, second) for one in (plain, drawn_in)]
            if errors[1] < (1.0 - _GAIN) * errors[0]:
                plain = drawn_in
        return plain._strongest(matrix, y, weight, most)

    @property
    def size(self) -> int:
        """How many there are, the constant too."""
        return len(self.source) + 1

    def of(self, values: Floats) -> Floats:
        """Columns `(n_rows, size)` of rows `(n_rows, n_features)`, or `(size,)` of one row."""
        found = np.empty((*values.shape[:-1], self.size))
        found[..., 0] = 1.0
        found[..., 1:] = (self._raw(values) - self.mean) / self.spread
        return found

    def _raw(self, values: Floats) -> Floats:
        raw = values[..., self.source]
        gone = np.isnan(raw)
        is_level = np.where(gone, self.level == _MISSING_LEVEL, raw == self.level)
        number = np.where(gone, self.mean, np.minimum(np.maximum(raw, self.low), self.high))
        return np.where(np.isnan(self.level), number, is_level)

    def _scaled(self, matrix: Matrix, weight: Floats | None) -> Columns:
        numbers = matrix.values[:, self.source]
        share = np.ones(len(matrix)) if weight is None else weight
        known = ~np.isnan(numbers) * share[:, np.newaxis]
        inside = np.clip(np.nan_to_num(numbers), self.low, self.high)
        mean = (known * inside).sum(axis=0) / np.maximum(known.sum(axis=0), 1e-300)
        drawn = Columns(self.source, self.level, self.low, self.high, mean, self.spread)
        raw = drawn._raw(matrix.values)
        share = share / share.sum()
        mean = share @ raw
        spread = np.sqrt(share @ (raw - mean) ** 2)
        flat = spread <= 1e-9 * np.abs(mean) + 1e-300
        scaled = Columns(self.source, self.level, self.low, self.high, mean, spread)
        return scaled._only(np.flatnonzero(~flat))

    def _strongest(self, matrix: Matrix, y: Floats, weight: Floats | None, most: int) -> Columns:
        if len(self.source) <= most:
            return self
        coefficients = _least_squares(self.of(matrix.values), y, weight)
        kept = np.sort(np.argsort(-np.abs(coefficients[1:]), kind="stable")[:most])
        return self._only(kept)

    def _only(self, kept: Positions) -> Columns:
        low, high = self.low[kept], self.high[kept]
        source, level = self.source[kept], self.level[kept]
        return Columns(source, level, low, high, self.mean[kept], self.spread[kept])


FIELDS = tuple(Columns.__dataclass_fields__)


def _possible(
    matrix: Matrix, vary: NDArray[np.bool_], weight: Floats | None
) -> tuple[Positions, Floats]:
    """Features and levels that may become columns; a category's most frequent level is none."""
    found: list[tuple[int, float]] = []
    for place in np.flatnonzero(vary).tolist():
        values = matrix.values[:, place]
        gone = bool(np.isnan(values).any())
        if place not in matrix.categories:
            found.append((place, np.nan))
            if gone:
                found.append((place, _MISSING_LEVEL))
            continue
        codes = np.where(np.isnan(values), _MISSING_LEVEL, values)
        levels, number = np.unique(codes, return_inverse=True)
        counts = np.bincount(number, weight)
        if len(levels) <= _MOST_LEVELS:
            found += [(place, level) for level in np.delete(levels, counts.argmax())]
    source = np.array([place for place, _ in found], dtype=np.intp)
    return source, np.array([level for _, level in found], dtype=np.float64)


def _fences(
    matrix: Matrix, source: Positions, level: Floats, weight: Floats | None
) -> tuple[Floats, Floats]:
    """The last numbers that are not far out, where some are; else infinite."""
    low, high = np.full(len(source), -np.inf), np.full(len(source), np.inf)
    for place in np.flatnonzero(np.isnan(level)):
        values = matrix.values[:, source[place]]
        there = ~np.isnan(values)
        known, share = values[there], None if weight is None else weight[there]
        first, middle, third = (
            np.quantile(known, _QUARTERS, weights=share, method="inverted_cdf")
            if len(known)
            else (0.0, 0.0, 0.0)
        )
        inside = np.abs(known - middle) <= _FENCE * (third - first)
        if third > first and not inside.all():
            low[place], high[place] = known[inside].min(), known[inside].max()
    return low, high


def _error(x: Floats, y: Floats, weight: Floats | None, second: NDArray[np.bool_]) -> float:
    """The squared error of a common model on the half of the rows that it was not learnt from."""
    total = 0.0
    for half in (second, ~second):
        share = None if weight is None else weight[half]
        coefficients = _least_squares(x[half], y[half], share)
        errors = (y[~half] - x[~half] @ coefficients) ** 2
        total += float(errors.sum() if weight is None else (weight[~half] * errors).sum())
    return total


def _least_squares(x: Floats, y: Floats, weight: Floats | None) -> Floats:
    weighted = x if weight is None else x * weight[:, np.newaxis]
    return np.asarray(np.linalg.pinv(weighted.T @ x, hermitian=True) @ (weighted.T @ y))
