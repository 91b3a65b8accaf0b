"""`ConfidenceSequence`: bounds of a mean that hold at all looks together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from relevo.score.long_run import Moments

# Tuned on simulated duels: flattest between once and ten times the first look.
_MIXTURE = 0.5
# Strong evidence counts before the first regular look, at this part of alpha: a tenth sees three
# times as much in the first weeks and costs a thousandth or two of the power later on.
_EARLY_SHARE = 0.1
# That is from this part of `first` on, ten days of four weeks; of rows, which are rougher, more.
_EARLY_PART, _EARLIEST = 10 / 28, 10
_SLOPES = np.linspace(0, 12, 1201)


@dataclass(frozen=True)
class ConfidenceSequence:
    """Lower and upper bounds of a mean; each holds at all looks together with 1 - alpha.

    Parameters
    ----------
    alpha
        The chance that the lower bound is ever above the mean; the same for the upper.
    first
        The number of units at the first regular look. Before it, from some third of that number
        (10 at least) on, strong evidence is let through at a tenth of alpha.

    Notes
    -----
    The boundary is the one-sided normal mixture of Robbins (1970), Annals of Mathematical
    Statistics 41, followed from the first look on, not from the start: the chance that looks
    before it would have taken goes to the later ones (Robbins and Siegmund 1970, same volume;
    Bibaut, Kallus and Lindon 2022, arXiv 2212.14411). It is exact for a Wiener process and holds
    for means of stationary, weakly dependent units as their number at the first look grows
    (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2024, Annals of Statistics 52). Towards few
    units: quantiles of t; and Johnson's term for skewness (1978, JASA 73), whole where it widens
    the bound and half where it narrows it.

    """

    alpha: float
    first: int

    @property
    def earliest(self) -> int:
        """The number of units before which both bounds are infinite."""
        return min(max(_EARLIEST, round(_EARLY_PART * self.first)), self.first)

    def bounds(self, seen: Moments) -> tuple[Any, Any]:
        """The lower and the upper bound; infinite before the earliest look."""
        student = self._student(seen.units)
        return (
            seen.mean - self._reach(student, seen, seen.skewness),
            seen.mean + self._reach(student, seen, -seen.skewness),
        )

    def risk_left(self, seen: Moments, null: float = 0.0) -> float:
        """The chance that the lower bound will yet pass `null` if that is the mean; one series.

        At the start it is alpha; it falls while there is nothing to see and is what a duel that
        is broken off gives back. Without any spread no chance is at work, and alpha is untouched.
        """
        if seen.units < 2 or not seen.spread > 0:
            return self.alpha
        height = self._height()
        age, normal = seen.units / self.first, float((seen.mean - null) / seen.error)
        left = _left(height, normal, age)
        if self.first > self.earliest and age < 1:
            left += _last_early(self._early(), normal, age)
        return float(min(left, self.alpha))

    def _student(self, units: Any) -> Any:
        """The boundary for a mean over its standard error, were there no skewness."""
        from scipy.special import ndtr, stdtrit

        count = np.asarray(units, dtype=np.float64)
        regular = count >= self.first
        normal = np.where(regular, _normal(self._height(), count / self.first), self._early())
        student = -stdtrit(np.maximum(count - 1, 1.0), ndtr(-normal))
        return np.where(count >= self.earliest, student, np.inf)

    def _reach(self, student: Any, seen: Moments, skewness: Any) -> Any:
        """How far off the bound lies; `skewness` towards the far side."""
        units = np.asarray(seen.units, dtype=np.float64)
        part = np.where(skewness > 0, np.where(units >= self.first, 0.5, 0.0), 1.0)
        finite = np.where(np.isfinite(student), student, 0.0)
        johnson = part * skewness * (1 + 2 * finite**2) / (6 * np.sqrt(units))
        reach = (finite - np.clip(johnson, -finite / 2, finite / 4)) * seen.error
        reach = np.where(np.isfinite(student), reach, np.inf)
        return reach if reach.ndim else float(reach)

    def _early(self) -> float:
        return _constant(_EARLY_SHARE * self.alpha, self.first / self.earliest)

    def _height(self) -> float:
        kept = 1.0 if self.first <= self.earliest else 1 - _EARLY_SHARE
        return _height(kept * self.alpha)


def _normal(height: float, age: Any) -> Any:
    """The boundary for a standard normal at an age counted in first looks."""
    from scipy.special import log_ndtr, ndtr

    wanted = height - math.log(2) + 0.5 * np.log((age + _MIXTURE) / _MIXTURE)
    at = np.sqrt(2 * np.maximum(wanted, 0.5))
    for _ in range(6):  # Newton's method on a convex function: it comes down on the root.
        slope = at + np.exp(-(at**2) / 2) / math.sqrt(2 * math.pi) / ndtr(at)
        at = at - (at**2 / 2 + log_ndtr(at) - wanted) / slope
    return at * np.sqrt((age + _MIXTURE) / age)


def _left(height: float, normal: float, age: float) -> float:
    """The chance that a Wiener process that stands there will yet pass the boundary."""
    from scipy.special import log_ndtr, ndtr

    if age >= 1:
        scaled = normal * math.sqrt(age / (age + _MIXTURE))
        mixed = math.log(2) + 0.5 * math.log(_MIXTURE / (age + _MIXTURE)) + scaled**2 / 2
        return float(np.exp(min(mixed + float(log_ndtr(scaled)) - height, 0.0)))
    # Up to the first look it moves freely; there it is past the boundary or goes on below it.
    first, here = float(_normal(height, 1.0)), normal * math.sqrt(age)
    step = math.sqrt(1 - age)
    slopes = _SLOPES / math.sqrt(_MIXTURE)
    tilt = slopes * here - slopes**2 * age / 2 - _SLOPES**2 / 2
    weights = (
        math.sqrt(2 / math.pi) * np.exp(tilt) * ndtr((first - here - slopes * (1 - age)) / step)
    )
    later = float(np.trapezoid(weights, _SLOPES))
    return float(ndtr((here - first) / step)) + later * math.exp(-height)


def _last_early(bound: float, normal: float, age: float) -> float:
    """The chance to be past the early bound at the first regular look; it is passed more often."""
    from scipy.special import ndtr

    return float(ndtr((normal * math.sqrt(age) - bound) / math.sqrt(1 - age)))


@lru_cache(maxsize=256)
def _height(alpha: float) -> float:
    """The logarithm of the mixture at which the chance of ever passing is alpha."""
    from scipy.optimize import brentq

    return float(brentq(lambda height: _left(height, 0.0, 0.0) - alpha, 0.5, 60.0))


@lru_cache(maxsize=256)
def _constant(alpha: float, growth: float) -> float:
    """A constant boundary that is passed with this chance at most while time grows by a factor.

    References
    ----------
    Siegmund (1985), Sequential Analysis, chapter 4: of the two sides, half.

    """
    from scipy.optimize import brentq

    def passed(bound: float) -> float:
        density = math.exp(-(bound**2) / 2) / math.sqrt(2 * math.pi)
        return density * ((bound - 1 / bound) * math.log(growth) / 2 + 2 / bound) - alpha

    return float(brentq(passed, 1.0, 40.0))
