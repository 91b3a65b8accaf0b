"""`FigureScale`: where figures of different places are compared and averaged."""

from __future__ import annotations

import math
from dataclasses import dataclass

from relevo.score.metrics import Metric

_TINY = 1e-12
_MOST_EXPONENT = 700.0  # where floats end


@dataclass(frozen=True)
class FigureScale:
    """A metric's figures on a scale where their errors are about normal and know no bound.

    Shares (ROC AUC, accuracy) on log-odds (Snell, Ensor, Debray, Moons and Riley 2018); losses, and
    the unexplained part of R2, on the logarithm. The scale rises with the figure.

    Attributes
    ----------
    metric
        What the figures are of.

    """

    metric: Metric

    def to(self, value: float, units: float = 1e6) -> float:
        """A figure's place; `units` rows cannot tell it from its bound more closely."""
        if self._odds:
            held = _held(value, units)
            return math.log(held / (1 - held))
        return self._sign * math.log(max(self.short(value), _TINY))

    def back(self, place: float) -> float:
        """The figure at a place of the scale."""
        if self._odds:
            return 1 / (1 + math.exp(-min(max(place, -_MOST_EXPONENT), _MOST_EXPONENT)))
        power = self._sign * place
        short = math.exp(power) if power < _MOST_EXPONENT else math.inf
        return short if self._sign > 0 else self.metric.span[1] - short

    def ends(self, interval: tuple[float, float]) -> tuple[float, float]:
        """An interval of the scale as an interval of figures."""
        return self.back(interval[0]), self.back(interval[1])

    def slope(self, value: float, units: float = 1e6) -> float:
        """How much the place moves with the figure."""
        if self._odds:
            held = _held(value, units)
            return 1 / (held * (1 - held))
        return 1 / max(self.short(value), _TINY)

    def short(self, value: float) -> float:
        """How far a figure is from perfect: a loss itself, what AUC or R2 lack of 1."""
        low, high = self.metric.span
        return high - value if self.metric.greater_is_better else value - low

    @property
    def _odds(self) -> bool:
        return self.metric.span == (0.0, 1.0)

    @property
    def _sign(self) -> float:
        return -1.0 if self.metric.greater_is_better else 1.0


def _held(value: float, units: float) -> float:
    edge = 0.5 / (units + 1)
    return min(max(value, edge), 1 - edge)
