"""`Shadow`: whether a replica that is kept fresh in the shadow would lose less than the model."""

from __future__ import annotations

import math

import numpy as np

from relevo.learn.learner import Floats
from relevo.renew.situation import Gap

_FEWEST_DAYS = 10
# In standard deviations of a day's gap: bets on shifts that a year or a week would show.
_BETS = np.array([0.1, 0.2, 0.4, 0.8])
_MOST_DEVIATIONS = 4.0
_INTERVAL_DAYS = 28
_MOST_ALIKE = 0.9


class Shadow:
    """Evidence from the gap between a model's loss and a fresh replica's, one number a day.

    Both are judged on the same rows, so that what is hard about a day cancels out. The gap of a day
    is one observation, whatever its rows: rows of a day share its weather. Two e-processes bet on
    a mean above zero (the replica is better) and below; each is a mixture over bets of
    `exp(b z - b^2 / 2)`, `z` the gap in its standard deviations as estimated from the days before,
    enlarged by what the days' likeness to each other adds (first autocorrelation). By Ville's
    inequality the chance that the first ever passes 1 / alpha when the replica is no better is
    about alpha, however long one looks: exactly for normal days with a known spread.

    Parameters
    ----------
    alpha
        That chance.

    References
    ----------
    Ramdas, Grünwald, Vovk and Shafer (2023), Game-theoretic statistics and safe anytime-valid
    inference, Statistical Science 38; Kendall (1954), Biometrika 41, for the autocorrelation.

    Examples
    --------
    >>> shadow = Shadow()
    >>> for gap in np.random.default_rng(0).normal(0.02, 0.04, 90):
    ...     shadow.see(gap)
    >>> shadow.better, shadow.worse
    (True, False)

    """

    def __init__(self, alpha: float = 0.05) -> None:
        self.alpha = alpha
        self._gaps: list[float] = []
        self._better = np.zeros(len(_BETS))
        self._worse = np.zeros(len(_BETS))

    def see(self, gap: float) -> None:
        """Take in a day: the mean loss of the model less that of the replica."""
        if not math.isfinite(gap):
            return
        if len(self._gaps) >= _FEWEST_DAYS:
            spread = _spread(np.array(self._gaps))
            if spread > 0.0:
                z = float(np.clip(gap / spread, -_MOST_DEVIATIONS, _MOST_DEVIATIONS))
                self._better += _BETS * z - _BETS**2 / 2.0
                self._worse += -_BETS * z - _BETS**2 / 2.0
        self._gaps.append(gap)

    @property
    def better(self) -> bool:
        """Whether it is beyond chance that the replica is better."""
        return self._passed(self._better)

    @property
    def worse(self) -> bool:
        """Whether it is beyond chance that the replica is worse."""
        return self._passed(self._worse)

    def restart(self) -> None:
        """Bet anew; what was learnt of the days' spread is kept."""
        self._better[:] = 0.0
        self._worse[:] = 0.0

    def gap(self) -> Gap:
        """The mean gap of the newest days, with a 95 % interval."""
        newest = np.array(self._gaps[-_INTERVAL_DAYS:])
        days = len(newest)
        if days < _FEWEST_DAYS:
            mean = float(newest.mean()) if days else math.nan
            return Gap(mean, -math.inf, math.inf, days, False)
        reach = 1.96 * _spread(newest) / math.sqrt(days)
        mean = float(newest.mean())
        return Gap(mean, mean - reach, mean + reach, days, self.better)

    def _passed(self, wealth: Floats) -> bool:
        return bool(np.exp(np.minimum(wealth, 700.0)).mean() >= 1.0 / self.alpha)


def _spread(gaps: Floats) -> float:
    """The standard deviation of a day, enlarged so that days count as if independent."""
    around, count = gaps - gaps.mean(), len(gaps)
    square = float(around @ around)
    if square == 0.0:
        return 0.0
    raw = float(around[1:] @ around[:-1]) / square
    alike = min(max((count * raw + 1) / (count - 3), 0.0), _MOST_ALIKE)
    return math.sqrt(square / (count - 1) * (1 + alike) / (1 - alike))
