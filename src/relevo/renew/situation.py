"""`Situation`: what a renewal is decided from, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from relevo.problem.problem import Costs, Renew
from relevo.renew.decay import Decay


@dataclass(frozen=True)
class Gap:
    """How much lower the loss of a fresh, cheap replica is than the live model's, per row.

    Attributes
    ----------
    mean, low, high
        The gain and the ends of its interval, over the newest days.
    days
        How many days it stands on.
    alarm
        Whether it is beyond chance, at the rate that the problem file allows.

    """

    mean: float
    low: float
    high: float
    days: int
    alarm: bool


@dataclass(frozen=True)
class Situation:
    """What a renewal is decided from.

    Attributes
    ----------
    rules, costs
        The parts `[renew]` and `[costs]` of the problem file.
    now
        The present.
    new_rows
        Labelled rows that the champion has not seen.
    age_days
        Since the champion learnt: the newest row that it knows, or when it was made.
    rows_per_day
        How many rows arrive; None when not known.
    alarm
        Whether the last watch raised one against which a renewal helps.
    gap
        What a replica that is trained in the shadow gains over the champion; None without one.
    decay
        How the loss grows with a model's age, from the last backtest; None without one.
    label_delay_days, arrival_days
        Days until outcomes are known, and between two arrivals of data; None when not known.
    scratch_seconds, fine_tune_seconds
        How long either takes; None when not known.
    scratch_age_days
        As `age_days`, since the champion's line was trained from scratch; the same when not known.

    """

    rules: Renew
    costs: Costs
    now: datetime
    new_rows: int
    age_days: float
    rows_per_day: float | None = None
    alarm: bool = False
    gap: Gap | None = None
    decay: Decay | None = None
    label_delay_days: float | None = None
    arrival_days: float | None = None
    scratch_seconds: float | None = None
    fine_tune_seconds: float | None = None
    scratch_age_days: float | None = None
