"""`completeness`: how many outcomes of each period are known by now, and how many will be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from relevo.errors import DataMistake
from relevo.score.rows import Floats, check_lengths
from relevo.watch.over_time import LABELS, Unit

COMPLETE = 0.95  # of the outcomes that will ever come


@dataclass(frozen=True)
class PeriodLabels:
    """The outcomes of the predictions of one period, by the time of the prediction.

    Attributes
    ----------
    period
        Its name.
    rows, labelled
        Predictions, and those whose outcome is known.
    arrived
        The share of the outcomes that will ever come which is here by now; 1 when nothing is
        known of the times at which they come.
    complete
        Whether at least 95 % of them are here: until then early outcomes speak for all, and they
        are often not like the others.

    """

    period: str
    rows: int
    labelled: int
    arrived: float
    complete: bool

    @property
    def share(self) -> float:
        """Of the predictions, those whose outcome is known."""
        return self.labelled / self.rows


@dataclass(frozen=True)
class Completeness:
    """The periods, the oldest first, and what clocks got wrong.

    Attributes
    ----------
    early
        Outcomes that are older than their prediction; they count as known at once.
    ahead
        Predictions that are newer than now; they count as made now.
    delay_days
        Within how many days half of the outcomes come that will ever come; NaN when not known.

    """

    periods: tuple[PeriodLabels, ...]
    early: int
    ahead: int
    delay_days: float


def completeness(
    predicted_at: pl.Series, labelled_at: pl.Series, now: datetime, unit: Unit = "week"
) -> Completeness:
    """Count outcomes by the time of the prediction.

    How long outcomes take is estimated from all predictions together; those that still have none
    say that theirs takes longer than they are old (Kaplan and Meier 1958, JASA 53).

    Parameters
    ----------
    predicted_at
        Shape `(n_rows,)`: the time of each prediction.
    labelled_at
        Shape `(n_rows,)`: when its outcome came, null where none has.
    now
        The time until which outcomes were taken in.
    unit
        Length of a period.

    Raises
    ------
    DataMistake
        When a prediction has no time, or times are none.

    Examples
    --------
    >>> from datetime import date
    >>> made = pl.Series([date(2024, 1, day) for day in (1, 2, 8, 9)])
    >>> came = pl.Series([date(2024, 1, 4), date(2024, 1, 5), None, None])
    >>> found = completeness(made, came, datetime(2024, 1, 10))
    >>> [(p.period, p.labelled, p.complete) for p in found.periods]
    [('2024-W01', 2, True), ('2024-W02', 0, False)]

    """
    check_lengths(len(predicted_at), labelled_at=labelled_at)
    made, came = _moments(predicted_at), _moments(labelled_at)
    if made.null_count():
        raise DataMistake("watch.missing_times", rows=made.null_count())
    last = np.datetime64(now.replace(tzinfo=None), "us")
    start, end = made.to_numpy(), came.to_numpy()
    known = ~np.isnat(end)
    age = _days(last - start)
    delay = np.where(known, _days(np.where(known, end, last) - start), age)
    arrived = _arrival(np.maximum(delay, 0.0), known)
    names = made.dt.strftime(LABELS[unit]).to_numpy()
    here = arrived.at(np.maximum(age, 0.0))
    periods = tuple(
        _period(str(name), known[names == name], here[names == name]) for name in np.unique(names)
    )
    return Completeness(
        periods, int((known & (delay < 0)).sum()), int((age < 0).sum()), arrived.median
    )


def _period(name: str, known: Floats, here: Floats) -> PeriodLabels:
    arrived = float(here.mean())
    return PeriodLabels(name, len(known), int(known.sum()), arrived, arrived >= COMPLETE)


@dataclass(frozen=True)
class _Arrival:
    """The share of the outcomes that come within so many days, of those that will ever come."""

    days: Floats
    share: Floats

    def at(self, age: Floats) -> Floats:
        if not len(self.days):
            return np.zeros(len(age))
        place = np.searchsorted(self.days, age, side="right")
        return np.append(0.0, self.share)[place]

    @property
    def median(self) -> float:
        return float(self.days[np.searchsorted(self.share, 0.5)]) if len(self.days) else np.nan


def _arrival(delay: Floats, known: Floats) -> _Arrival:
    if not known.any():
        return _Arrival(np.empty(0), np.empty(0))
    days, place = np.unique(delay, return_inverse=True)
    came = np.bincount(place, known.astype(np.float64))
    waiting = len(delay) - np.append(0.0, np.cumsum(np.bincount(place)))[:-1]
    share = 1 - np.cumprod(1 - came / waiting)
    return _Arrival(days, share / share[-1])


def _days(span: np.ndarray) -> Floats:
    days: Floats = span / np.timedelta64(1, "D")
    return days


def _moments(times: pl.Series) -> pl.Series:
    if times.dtype not in (pl.Date, pl.Datetime) and times.null_count() < len(times):
        raise DataMistake("watch.no_times", type=times.dtype)
    moments = times.cast(pl.Datetime("us")) if times.dtype != pl.Null else times.cast(pl.Datetime)
    return moments.dt.replace_time_zone(None)
