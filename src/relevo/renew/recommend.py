"""`recommend`: the cadence that is expected to cost least, and what it would cost to be wrong."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from relevo.learn.learner import Floats
from relevo.renew.decay import Decay

_PLANNED_DAYS = 365.0
_SURE = 0.9
_WRONG_SHARE = (
    0.02  # of the whole cost: what being wrong may cost before there is too little history
)
_SEASON_DAYS = 365.0
_OTHER_PACES = (1 / 3, 3.0)  # what a season that was not seen may make of the pace
_FEWEST_DAYS = 42


@dataclass(frozen=True)
class Recommendation:
    """A cadence, and how sure one can be of it.

    Attributes
    ----------
    cadence
        Its name.
    cost_per_day
        For each cadence, what updates and the models' age are expected to cost a day.
    regret, regret_at_most
        What a day of the cadence is expected to cost more than the best one would, and what with
        90 % confidence at most.
    enough
        Whether that is little: at most 2 % of the whole cost; where less than a year was seen, also
        if models came to age three times as slowly or as fast.
    reasons
        Keys of the sentences that say why the history is not enough, or what it has not seen.

    """

    cadence: str
    cost_per_day: Mapping[str, float]
    regret: float
    regret_at_most: float
    enough: bool
    reasons: tuple[str, ...]


def recommend(
    decay: Decay,
    intervals: Mapping[str, int],
    update: float,
    row: float,
    base_per_day: float,
    days: int,
) -> Recommendation:
    """Choose among cadences by the curve of decay, averaged over its draws.

    A replay of the history itself says nothing of cadences longer than it: with dear updates it
    answers "never", for want of days on which an old model was seen to be bad. The curve pools
    models of all ages and goes on beyond them; its draws say how far that can be trusted, and the
    mean over draws, not the curve of the best fit, is what a choice has to go by (Savage 1954, The
    Foundations of Statistics: the least expected loss).

    Parameters
    ----------
    decay
        From the history.
    intervals
        Days between updates of each cadence; 0 is never.
    update
        What one costs.
    row
        What a unit of loss of every row of a day costs.
    base_per_day
        What the rows of a day cost with a fresh model.
    days
        How long the history is.

    """
    names = list(intervals)
    draws = decay.draws or ((decay.scale, decay.power),)
    cost = np.array([[_per_day(intervals[n], one, update, row) for one in draws] for n in names])
    mean = cost.mean(axis=1)
    chosen = int(mean.argmin())
    regret = cost[chosen] - cost.min(axis=0)
    at_most = max(float(np.quantile(regret, _SURE)), float(regret.mean()))
    whole = max(base_per_day + float(mean[chosen]), 1e-300)
    turned = max(
        each[chosen] - min(each)
        for pace in _OTHER_PACES
        for each in [
            [_per_day(intervals[n], (pace * decay.scale, decay.power), update, row) for n in names]
        ]
    )
    reasons = tuple(_reasons(days, at_most / whole, turned / whole))
    return Recommendation(
        names[chosen],
        dict(zip(names, map(float, mean), strict=True)),
        float(regret.mean()),
        at_most,
        not {"too_short", "too_unsure", "other_pace"} & set(reasons),
        reasons,
    )


def _per_day(interval: int, curve: tuple[float, float], update: float, row: float) -> float:
    """The mean over a year of mornings: models are made in the morning, at the age of zero."""
    scale, power = curve
    length = min(interval or _PLANNED_DAYS, _PLANNED_DAYS)
    ages: Floats = np.arange(1.0, math.ceil(length))
    lost = scale * float((ages**power).sum()) / length
    return row * lost + (update / interval if interval and interval < _PLANNED_DAYS else 0.0)


def _reasons(days: int, wrong_share: float, turned_share: float) -> list[str]:
    reasons = []
    if days < _FEWEST_DAYS:
        reasons.append("too_short")
    if wrong_share > _WRONG_SHARE:
        reasons.append("too_unsure")
    if days < _SEASON_DAYS and turned_share > _WRONG_SHARE:
        reasons.append("other_pace")
    if days < _SEASON_DAYS:
        reasons.append("no_season")
    return reasons
