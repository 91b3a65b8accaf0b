"""Figures of a regression, and what each row adds to them; `target` and `values` `(n_rows,)`."""

from __future__ import annotations

import numpy as np

from relevo.score.rows import Floats, weights_of


def squared_rows(target: Floats, values: Floats) -> Floats:
    """Squared error of each row."""
    squared: Floats = (target - values) ** 2
    return squared


def absolute_rows(target: Floats, values: Floats) -> Floats:
    """Absolute error of each row."""
    return np.abs(target - values)


def pinball_rows(target: Floats, values: Floats, level: float = 0.5) -> Floats:
    """Loss of a forecast of the quantile at `level` (Koenker and Bassett 1978)."""
    short = target - values
    return np.maximum(level * short, (level - 1) * short)


def pinball(
    target: Floats, values: Floats, weight: Floats | None = None, level: float = 0.5
) -> float:
    """Mean pinball loss at `level`; at 0.5 it is half the mean absolute error."""
    return float(np.average(pinball_rows(target, values, level), weights=weight))


def rmse(target: Floats, values: Floats, weight: Floats | None = None) -> float:
    """Root of the mean squared error."""
    return float(np.sqrt(np.average(squared_rows(target, values), weights=weight)))


def rmse_influence(target: Floats, values: Floats, weight: Floats) -> Floats:
    """What each row adds to the root of the mean squared error (delta method)."""
    squared = squared_rows(target, values)
    root = rmse(target, values, weight)
    added: Floats = weight * (squared - root**2) / max(2 * root * weight.sum(), 1e-300)
    return added


def r2(target: Floats, values: Floats, weight: Floats | None = None) -> float:
    """Share of the target's variance that is explained; NaN when the target is constant."""
    squared, variance = _r2_parts(target, values, weights_of(target, weight))
    return 1.0 - squared / variance if variance > 0 else np.nan


def r2_influence(target: Floats, values: Floats, weight: Floats) -> Floats:
    """What each row adds to R2."""
    squared, variance = _r2_parts(target, values, weight)
    around = (target - np.average(target, weights=weight)) ** 2
    unexplained = squared / variance
    added: Floats = weight * (unexplained * around - squared_rows(target, values)) / variance
    return added


def median_error(target: Floats, values: Floats, weight: Floats | None = None) -> float:
    """Median absolute error; the mean of both middle errors when the median falls between."""
    errors = absolute_rows(target, values)
    mass = weights_of(target, weight)
    errors, mass = errors[mass > 0], mass[mass > 0]
    order = np.argsort(errors)
    reached = np.cumsum(mass[order])
    middle = int(np.searchsorted(reached, reached[-1] / 2))
    # Within rounding of one half: the median falls between two rows.
    between = reached[middle] - reached[-1] / 2 <= np.finfo(np.float64).eps * reached[-1]
    after = min(middle + 1, len(errors) - 1) if between else middle
    return float((errors[order[middle]] + errors[order[after]]) / 2)


def quantile_of(values: Floats, weight: Floats, level: float) -> float:
    """The lowest value with at least `level` of the weight at or below it."""
    order = np.argsort(values)
    reached = np.cumsum(weight[order])
    place = int(np.searchsorted(reached, level * reached[-1]))
    return float(values[order[min(place, len(values) - 1)]])


def _r2_parts(target: Floats, values: Floats, weight: Floats) -> tuple[float, float]:
    around = target - np.average(target, weights=weight)
    squared = squared_rows(target, values)
    return float(np.sum(weight * squared)), float(np.sum(weight * around**2))
