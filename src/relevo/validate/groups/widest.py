"""`widest`: the largest difference, and the smallest ratio, between any two of several rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Interval = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Compared:
    """One rate of all groups.

    Attributes
    ----------
    rates
        Shape `(n_groups,)`; NaN where a group has none.
    drawn
        The same of bootstrap samples, `(n_draws, n_groups)`.
    units
        The rows that each rate stands on, `(n_groups,)`.

    """

    rates: Floats
    drawn: Floats
    units: Floats


def widest_difference(compared: Sequence[Compared], coverage: float) -> tuple[float, Interval]:
    """The largest difference of two groups in any of the rates, and its interval.

    NaN where fewer than two groups have a rate.

    The largest of noisy differences is larger than the largest difference, so that its own
    bootstrap quantiles would exclude zero where all groups are alike. Here every pair of groups
    gets an interval, all together of the coverage asked for (by the largest of the bootstrap's
    standardised deviations): whenever all hold, the largest true difference lies between the
    largest lower and the largest upper end.

    References
    ----------
    Efron (1979), Bootstrap methods: another look at the jackknife; Romano and Wolf (2005), Exact
    and approximate stepdown methods for multiple hypothesis testing, JASA 100.

    """
    away, low, high = _ends([_pairs(one) for one in compared], coverage)
    if np.isnan(away):
        return np.nan, (np.nan, np.nan)
    return away, (max(0.0, low), min(1.0, max(high, away)))


def smallest_ratio(compared: Sequence[Compared], coverage: float) -> tuple[float, Interval]:
    """The smallest ratio of two groups in any of the rates, and its interval; as above.

    NaN where fewer than two groups have a rate, or none has one above zero.
    """
    known = [one.rates[~np.isnan(one.rates)] for one in compared]
    ratios = [float(one.min() / one.max()) for one in known if len(one) > 1 and one.max() > 0]
    if not ratios:
        return np.nan, (np.nan, np.nan)
    value = min(ratios)
    _, low, high = _ends([_pairs(one, logs=True) for one in compared], coverage)
    ends = min(float(np.exp(-high)), value), max(min(float(np.exp(-low)), 1.0), value)
    return value, ends


def _pairs(compared: Compared, logs: bool = False) -> tuple[Floats, Floats, Floats]:
    """Each pair's difference, its error, and by how many errors each sample's is off."""
    known = np.flatnonzero(~np.isnan(compared.rates))
    one, other = np.triu_indices(len(known), 1)
    rate, units = compared.rates[known], compared.units[known]
    drawn = np.where(np.isnan(compared.drawn[:, known]), rate, compared.drawn[:, known])
    floor = np.where((rate <= 0) | (rate >= 1), _least_error(rate, units, logs), 0.0)
    if logs:  # half a row more on either side: no rate is zero, and its logarithm finite
        rate, drawn = (np.log((each * units + 0.5) / (units + 1)) for each in (rate, drawn))
    gap = rate[one] - rate[other]
    off = drawn[:, one] - drawn[:, other] - gap
    error = np.hypot(off.std(axis=0), np.hypot(floor[one], floor[other]))
    return gap, error, np.abs(off) / np.maximum(error, 1e-12)


def _least_error(rate: Floats, units: Floats, logs: bool) -> Floats:
    """Where all rows or none are called, the bootstrap sees no spread.

    There is as much as with two more rows of either kind (Agresti and Coull 1998).
    """
    centre = (rate * units + 2) / (units + 4)
    error = np.sqrt(centre * (1 - centre) / (units + 4))
    return np.asarray(error / centre if logs else error)


def _ends(
    parts: Sequence[tuple[Floats, Floats, Floats]], coverage: float
) -> tuple[float, float, float]:
    gaps = np.concatenate([np.abs(gap) for gap, _, _ in parts])
    if not len(gaps):
        return np.nan, np.nan, np.nan
    errors = np.concatenate([error for _, error, _ in parts])
    furthest = np.concatenate([off for _, _, off in parts], axis=1).max(axis=1)
    reach = max(float(np.quantile(furthest, coverage)), _normal(coverage)) * errors
    return float(gaps.max()), float((gaps - reach).max()), float((gaps + reach).max())


def _normal(coverage: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(0.5 + coverage / 2))
