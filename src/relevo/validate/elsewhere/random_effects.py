"""`random_effects`: what figures of several places say of these places' mean, and of a new one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from relevo.errors import DataMistake
from relevo.score.rows import check_finite, check_lengths

Floats = NDArray[np.float64]

LEAST_UNITS = 2
_LEVELS = 199  # quantiles of the distribution of the spread between places
_HALVINGS = 50


@dataclass(frozen=True)
class RandomEffects:
    """The summary of one figure over several places, on the scale of the figures given.

    Attributes
    ----------
    mean
        Over all places of which these are a sample.
    interval
        Of that mean, at the coverage asked for.
    prediction_interval
        Where the true figure of a new place lies, at the same coverage.
    between
        Standard deviation of the true figures of the places (Paule and Mandel 1982).
    weights
        Shape `(n_units,)`, sum 1: how much each place counts in the mean.
    units
        How many places there are.

    """

    mean: float
    interval: tuple[float, float]
    prediction_interval: tuple[float, float]
    between: float
    weights: Floats
    units: int


def random_effects(
    effects: ArrayLike, errors: ArrayLike, coverage: float = 0.9, own_error: float = 0.0
) -> RandomEffects:
    """Summarise figures of several places that truly differ, each known up to its own error.

    The spread between places is not taken as known: its whole distribution (of all values with
    which the observed scatter `Q` is a draw from its chi-squared law) goes into both intervals.
    With places of equal error these are exactly Student's intervals with `n_units - 1` degrees of
    freedom, of the mean and of one more place; see `benchmarks/validate.py` for their coverage.

    Parameters
    ----------
    effects, errors
        Shape `(n_units,)`: each place's figure on a scale where errors are about normal, and its
        standard error.
    coverage
        Of both intervals.
    own_error
        Standard error of the new place's figure, when the prediction interval is to hold the figure
        that will be observed there instead of the true one.

    Raises
    ------
    DataMistake
        With fewer than two places, or figures that are missing.

    References
    ----------
    Higgins, Thompson and Spiegelhalter (2009), A re-evaluation of random-effects meta-analysis;
    Viechtbauer (2007), Confidence intervals for the amount of heterogeneity (the distribution);
    Nagashima, Noma and Furukawa (2019), Prediction intervals for random-effects meta-analysis.

    Examples
    --------
    >>> found = random_effects([1.0, 2.0, 3.0], [0.0, 0.0, 0.0])
    >>> found.mean, [round(end, 2) for end in found.interval]
    (2.0, [0.31, 3.69])

    """
    effect = np.asarray(effects, dtype=np.float64)
    variance = np.asarray(errors, dtype=np.float64) ** 2
    check_lengths(len(effect), errors=variance)
    if len(effect) < LEAST_UNITS:
        raise DataMistake("elsewhere.too_few_units", units=len(effect), least=LEAST_UNITS)
    check_finite(effects=effect, errors=variance)
    variance = np.maximum(variance, 1e-12 * max(float(np.var(effect)), 1e-12))
    freedom = len(effect) - 1
    between = float(_between(effect, variance, np.array([float(freedom)]))[0])
    weights = 1 / (variance + between)
    weights /= weights.sum()
    mean = float(weights @ effect)
    likely = _between(effect, variance, _levels(freedom))
    means, spreads = _means(effect, variance, likely)
    # Symmetric about the mean that is reported, as the figures' own errors are.
    means = mean + (means - means.mean())
    new = spreads + likely + own_error**2
    return RandomEffects(
        mean,
        _ends(means, np.sqrt(spreads), coverage),
        _ends(means, np.sqrt(new), coverage),
        float(np.sqrt(between)),
        weights,
        len(effect),
    )


def _levels(freedom: int) -> Floats:
    from scipy.special import chdtri

    upper = (np.arange(_LEVELS) + 0.5) / _LEVELS
    levels: Floats = chdtri(freedom, upper)
    return levels


def _between(effect: Floats, variance: Floats, scatter: Floats) -> Floats:
    """The variance between places with which `Q` is so large, `(n_levels,)`; zero if with none."""
    low = np.zeros(len(scatter))
    around = float(np.sum((effect - effect.mean()) ** 2))
    high = around / scatter + 1e-300  # with equal errors of zero it is this one
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        above = _scatter(effect, variance, middle) > scatter
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    found: Floats = np.where(low > 0, (low + high) / 2, 0.0)
    return found


def _scatter(effect: Floats, variance: Floats, between: Floats) -> Floats:
    weights = 1 / (variance + between[:, np.newaxis])
    mean = weights @ effect / weights.sum(axis=1)
    scatter: Floats = np.sum(weights * (effect - mean[:, np.newaxis]) ** 2, axis=1)
    return scatter


def _means(effect: Floats, variance: Floats, between: Floats) -> tuple[Floats, Floats]:
    """Mean and its variance under each variance between places."""
    weights = 1 / (variance + between[:, np.newaxis])
    total = weights.sum(axis=1)
    return weights @ effect / total, 1 / total


def _ends(means: Floats, errors: Floats, coverage: float) -> tuple[float, float]:
    """The equal-tailed interval of a mixture of normal distributions."""
    low, high = (
        _quantile(means, errors, level) for level in (0.5 - coverage / 2, 0.5 + coverage / 2)
    )
    return low, high


def _quantile(means: Floats, errors: Floats, level: float) -> float:
    from scipy.special import ndtr, ndtri

    reach = abs(float(ndtri(level))) + 1
    low, high = float(np.min(means - reach * errors)), float(np.max(means + reach * errors))
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if float(np.mean(ndtr((middle - means) / np.maximum(errors, 1e-300)))) < level:
            low = middle
        else:
            high = middle
    return (low + high) / 2
