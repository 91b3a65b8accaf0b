"""What means of days or sites that depend on each other say about their long-run mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from relevo.score.rows import Floats

# A long-run variance of less than one unit per 20 would need more units than anybody has.
_MOST_ALIKE = 0.9


@dataclass(frozen=True)
class Moments:
    """Of a series of units, or of many series at once (then each field is an array).

    Attributes
    ----------
    units
        How many there are.
    independent
        How many independent units say as much about the mean; never more than `units`.
    mean, spread, skewness
        Of the units; the spread is the sample standard deviation.

    """

    units: Any
    independent: Any
    mean: Any
    spread: Any
    skewness: Any

    @property
    def error(self) -> Any:
        """The standard error of the mean."""
        return self.spread / np.sqrt(self.independent)


def moments(values: ArrayLike) -> Moments:
    """The moments of one series in the order of time, shape `(n_units,)`, four units or more.

    Examples
    --------
    >>> alike = moments([3.0, 3.2, 2.9, 1.1, 0.8, 1.0, 2.8, 3.1, 3.0, 1.2, 0.9, 1.1])
    >>> alike.units, round(alike.independent, 1)
    (12, 2.8)

    """
    series = np.asarray(values, dtype=np.float64)
    count, mean = len(series), float(series.mean())
    around = series - mean
    square = float(around @ around)
    # What rounding leaves of equal units is no spread.
    if square <= count * (1e-12 * (abs(mean) + 1e-300)) ** 2:
        return Moments(count, float(count), mean, 0.0, 0.0)
    lags = min(count - 1, last_lag(count))
    alike = np.array([around[lag:] @ around[:-lag] for lag in range(1, lags + 1)]) / square
    share = float(1 / variance_ratio(count, alike))
    cubes = float((around**3).sum()) * count**0.5 / square**1.5
    skewness = cubes * (count * (count - 1)) ** 0.5 / (count - 2)
    return Moments(count, count * share, mean, (square / (count - 1)) ** 0.5, skewness)


def last_lag(units: float) -> int:
    """The last lag whose autocorrelation counts."""
    return int(np.ceil(_bandwidth(units)))


def variance_ratio(units: Any, alike: Floats) -> Any:
    """How many times larger the variance of a mean is than if the units were independent.

    Two estimates are weighed, two to three: of a first-order autoregression, which sees long
    dependence with few units but trusts one lag, and of Bartlett's weights over 1.5 n^(1/3) lags,
    which sees any short dependence but is noisy. Both are corrected for what the estimated mean
    takes from them. It is never below one: units that seem to repel each other count as
    independent.

    Parameters
    ----------
    units
        How many, a number or an array of any shape.
    alike
        Autocorrelations from lag 1 to `last_lag`, shape `(n_lags, ...)`; zero where a series is
        too short for them.

    References
    ----------
    Kendall (1954), Note on bias in the estimation of autocorrelation, Biometrika 41; Newey and
    West (1987), Econometrica 55; Andrews (1991), Econometrica 59.

    """
    first = (units * alike[0] + 1) / np.maximum(units - 3, 1)
    first = np.clip(first, 0.0, _MOST_ALIKE)
    lags = np.arange(1, len(alike) + 1).reshape(-1, *(1,) * (alike.ndim - 1))
    weights = np.maximum(1 - lags / _bandwidth(units), 0.0)
    taken = np.minimum((1 + 2 * weights.sum(axis=0)) / units, 0.6)
    bartlett = np.maximum(1 + 2 * (weights * alike).sum(axis=0), 0.3) / (1 - taken)
    autoregressive = (1 + first) / (1 - first)
    return np.maximum(0.4 * autoregressive + 0.6 * bartlett * (1 - 1 / units), 1.0)


def _bandwidth(units: Any) -> Any:
    return 1.5 * np.cbrt(units)
