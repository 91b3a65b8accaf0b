"""`Backtest`: what a replay of the history says of each cadence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from relevo.renew.decay import Decay


@dataclass(frozen=True)
class CadenceRow:
    """A cadence, with one way of updating, over the replayed days.

    Attributes
    ----------
    cadence, how
        Its name; `scratch`, `fine-tune`, or `both`: fine-tuned at the cadence and from scratch once
        a month.
    loss, interval
        Mean loss of a row (log loss or squared error), with a 95 % interval over weeks.
    updates
        How many, of both kinds; `scratch_updates` are those from scratch.
    seconds
        Of processor time that the updates took.
    total_cost
        `costs.loss` times the sum of the rows' losses, and the updates.
    extra_cost, extra_interval
        How much more that is than the recommended row's, paired by weeks, with a 95 % interval.

    """

    cadence: str
    how: str
    loss: float
    interval: tuple[float, float]
    updates: int
    scratch_updates: int
    seconds: float
    total_cost: float
    extra_cost: float
    extra_interval: tuple[float, float]


@dataclass(frozen=True)
class OverTime:
    """The mean loss of a row in each week of one row of the table; NaN in a week without rows."""

    cadence: str
    how: str
    losses: tuple[float, ...]


@dataclass(frozen=True)
class CostOf:
    """Which cadence is recommended when an update costs so much, and what a day of each costs."""

    update: float
    recommended: str
    per_day: dict[str, float]


@dataclass(frozen=True)
class Backtest:
    """What a replay of the history says of each cadence.

    Attributes
    ----------
    rows
        One for each cadence and way of updating that was replayed whole.
    recommended, how
        The cadence to choose, and the way of updating that cost least with it; `policy` where
        that cost less over the replayed days than the fixed cadence that looks best.
    enough
        Whether the history is enough to choose by.
    why
        That in words, and what it would cost to be wrong.
    regret_per_day, regret_at_most_per_day
        What the recommended cadence is expected to cost a day more than the best fixed one, and
        with 90 % confidence at most; of the policy, what it cost more than the cheapest row over
        the replayed days, and the upper end of 95 %.
    decay
        How the loss grows with a model's age.
    weeks, over_time
        The first day of each replayed week, and each row's loss in it.
    by_cost
        What would be recommended for other costs of an update.
    first_day, last_day
        Replayed.
    rows_replayed
        Rows on these days.
    recipe
        How the models were made, in words.
    left_out
        Cadences for which there was no time.
    interrupted
        Whether it was stopped before its end; a cache lets the next call go on.
    seconds
        Wall time.

    """

    rows: tuple[CadenceRow, ...]
    recommended: str
    how: str
    enough: bool
    why: str
    regret_per_day: float
    regret_at_most_per_day: float
    decay: Decay
    weeks: tuple[date, ...]
    over_time: tuple[OverTime, ...]
    by_cost: tuple[CostOf, ...]
    first_day: date
    last_day: date
    rows_replayed: int
    recipe: str
    left_out: tuple[str, ...]
    interrupted: bool
    seconds: float
