"""Figures over days with an interval whose unit is the week: days in a row are alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from relevo.learn.learner import Floats
from relevo.score.spread import Spread, spread

Weeks = NDArray[np.intp]
_LEVEL = 0.975


def weeks_of(days: int) -> Weeks:
    """The week of each of so many days in a row, `(n_days,)`."""
    return np.arange(days) // 7


def mean_with_interval(sums: Floats, counts: Floats, weeks: Weeks) -> tuple[float, float, float]:
    """The mean of rows from each day's sum and count, with the ends of a 95 % t interval.

    A ratio of sums; its error is robust to any dependence within a week (Cameron and Miller 2015).

    Examples
    --------
    >>> mean_with_interval(np.full(28, 5.0), np.full(28, 10.0), weeks_of(28))
    (0.5, 0.5, 0.5)

    """
    mean = float(sums.sum() / counts.sum())
    return mean, *_ends(mean, spread((sums - mean * counts) / counts.sum(), blocks=weeks))


def sum_with_interval(values: Floats, weeks: Weeks) -> tuple[float, float, float]:
    """The sum of days, with the ends of a 95 % t interval."""
    whole = float(values.sum())
    return whole, *_ends(whole, spread(values - values.mean(), blocks=weeks))


def _ends(figure: float, error: Spread) -> tuple[float, float]:
    from scipy.special import stdtrit

    if not np.isfinite(error.error):
        return -np.inf, np.inf
    reach = float(stdtrit(error.freedom, _LEVEL)) * error.error if error.error else 0.0
    return figure - reach, figure + reach
