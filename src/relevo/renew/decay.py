"""`Decay`: how much more a model loses the older it is, and what cadence that makes best."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import stdev

# Beyond this a cadence is the same as never: models do not live so long.
_NEVER_DAYS = 3650.0


@dataclass(frozen=True)
class Best:
    """The cadence that costs least.

    Attributes
    ----------
    days
        Between two updates; infinite when never is best.
    cost_per_day
        Of updates and of what models lose by their age, in the unit of the costs.

    """

    days: float
    cost_per_day: float


@dataclass(frozen=True)
class Decay:
    """A curve `scale * age ** power`: the loss of a row beyond that of a model of age zero.

    Attributes
    ----------
    scale
        What a row loses more at the age of a day; zero when models do not age.
    power
        Between 0 and 1: losses grow ever more slowly with age.
    draws
        Further pairs of scale and power, as likely as these by the days that they were learnt
        from; their spread is how sure one can be.
    rows_per_day
        How many rows came in a day.
    seen_days
        The greatest age that was seen; beyond, the curve is a guess.
    kept_by_fine_tuning
        The share of the gain of a model from scratch that fine-tuning kept; None when not tried.

    """

    scale: float
    power: float
    draws: tuple[tuple[float, float], ...] = ()
    rows_per_day: float = 0.0
    seen_days: float = 0.0
    kept_by_fine_tuning: float | None = None

    def excess(self, age_days: float) -> float:
        """What a row loses more with a model of this age.

        Examples
        --------
        >>> Decay(scale=0.01, power=0.5).excess(4.0)
        0.02

        """
        return self.scale * math.pow(max(age_days, 0.0), self.power)

    def doubt(self, age_days: float) -> float:
        """The standard error of `excess`, from the draws; infinite with fewer than two."""
        if len(self.draws) < 2:
            return math.inf
        age = max(age_days, 0.0)
        return stdev(scale * math.pow(age, power) for scale, power in self.draws)

    def lost(self, age_days: float) -> float:
        """The area below the curve up to an age: what a row a day loses by then."""
        return self.excess(age_days) * max(age_days, 0.0) / (self.power + 1.0)

    def cost_per_day(self, every_days: float, update: float, row: float) -> float:
        """What updates at a cadence cost a day, and what models lose by their age.

        Parameters
        ----------
        every_days
            Between two updates.
        update
            What one costs.
        row
            What a unit of loss of every row of a day costs: costs.loss times the rows of a day.

        """
        return (update + row * self.lost(every_days)) / every_days

    def best(self, update: float, row: float, least_days: float = 1.0) -> Best:
        """The cadence, no quicker than `least_days`, at which both together cost least.

        The derivative of `cost_per_day` is zero where the loss that the model's age costs in a day
        is the average cost of a day; for this curve that is solved in closed form.

        Examples
        --------
        >>> Decay(scale=0.001, power=1.0).best(update=20.0, row=1000.0).days
        6.324555320336759

        """
        if self.scale <= 0.0 or row <= 0.0:
            return Best(math.inf, 0.0)
        if self.power <= 0.0:  # a fresh model is better, yet none ages: the quickest, or none
            quickest = self.cost_per_day(least_days, update, row)
            never = row * self.scale
            return Best(least_days, quickest) if quickest < never else Best(math.inf, never)
        slope = row * self.scale * self.power
        inner = update * (self.power + 1.0) / slope if slope > 0.0 else math.inf
        days = max(inner ** (1.0 / (self.power + 1.0)), least_days)
        if days > _NEVER_DAYS:
            return Best(math.inf, row * self.excess(_NEVER_DAYS))
        return Best(days, self.cost_per_day(days, update, row))
