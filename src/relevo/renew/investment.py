"""`invest`: which update pays now, by what waiting costs and what an average day costs at best."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from relevo.renew.decay import Decay

_FEWEST_DAYS_TRUSTED = 30.0


@dataclass(frozen=True)
class Investment:
    """An update, and whether it pays now.

    Attributes
    ----------
    action
        `scratch` or `fine-tune`.
    pays
        Whether it does.
    waiting_per_day, average_per_day
        What a day costs for the loss that this update would take away, and what an average day
        costs at the update's best cadence, updates included.
    best_days
        That cadence.
    gain, cost
        The loss that the update avoids until the next one, and what it costs.
    left_days
        Until it will pay, if all goes on as expected.

    """

    action: Literal["scratch", "fine-tune"]
    pays: bool
    waiting_per_day: float
    average_per_day: float
    best_days: float
    gain: float
    cost: float
    left_days: float


@dataclass(frozen=True)
class Ages:
    """Days since the last update of any kind, and since the last from scratch."""

    update: float
    scratch: float


def invest(
    decay: Decay,
    ages: Ages,
    costs: tuple[float, float],
    row: float,
    height: float = 1.0,
    least_days: float = 1.0,
) -> Investment:
    """The update to make now, or the next one to come.

    An update from scratch takes away all that a model loses by its age. Fine-tuning takes away the
    share that it keeps of that gain; the rest goes on growing from the last model from scratch.
    Each of the two is then a renewal of its own, with its own best cadence, and they go together
    where that costs less than models from scratch alone.

    Parameters
    ----------
    decay
        The curve; its `kept_by_fine_tuning` is the share.
    ages
        Of the champion.
    costs
        Of an update from scratch and of a fine-tuning.
    row
        What a unit of loss of every row of a day costs.
    height
        How many times higher than the curve the loss is found to be just now.
    least_days
        The quickest cadence that data and outcomes allow.

    Examples
    --------
    >>> curve = Decay(scale=0.001, power=1.0, seen_days=60.0)
    >>> invest(curve, Ages(21.0, 21.0), (200.0, 200.0), row=1000.0).pays
    True

    """
    scratch, tune = costs
    kept = decay.kept_by_fine_tuning or 0.0
    alone = decay.best(scratch, row, least_days).cost_per_day
    together = (
        decay.best(tune, row * kept, least_days).cost_per_day
        + decay.best(scratch, row * (1.0 - kept), least_days).cost_per_day
    )
    if kept == 0.0 or alone <= together:
        return _option("scratch", decay, ages.update, scratch, row * height, row, least_days)
    rest = row * (1.0 - kept)
    anew = _option("scratch", decay, ages.scratch, scratch, rest * height, rest, least_days)
    part = row * kept
    tuned = _option("fine-tune", decay, ages.update, tune, part * height, part, least_days)
    if anew.pays:
        return anew
    return tuned if tuned.pays or tuned.left_days <= anew.left_days else anew


def _option(
    action: Literal["scratch", "fine-tune"],
    decay: Decay,
    age: float,
    cost: float,
    row_now: float,
    row: float,
    least_days: float,
) -> Investment:
    best = decay.best(cost, row, least_days)
    trusted = max(2.0 * decay.seen_days, _FEWEST_DAYS_TRUSTED)
    days = min(best.days, trusted)
    ahead = row_now * (decay.lost(age + days) - decay.lost(age)) - row * decay.lost(days)
    gain, waiting = max(ahead, 0.0), row_now * decay.excess(age)
    pays = age >= least_days and waiting >= best.cost_per_day and gain > cost
    left = max(best.days - age, 0.0)
    return Investment(action, pays, waiting, best.cost_per_day, best.days, gain, cost, left)


def shadow_only(excess: float, cost: float, row: float, days: float) -> Investment:
    """By a replica's gain alone, without a curve: whether that of so many days pays."""
    gain, waiting, average = max(row * excess * days, 0.0), row * excess, cost / days
    return Investment("scratch", gain > cost, waiting, average, days, gain, cost, math.inf)
