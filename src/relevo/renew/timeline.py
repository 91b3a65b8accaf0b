"""`Timeline`: labelled rows in the order of time, day by day, prepared once for a replay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.data.conform import conform
from relevo.data.contract import learn_contract
from relevo.data.table import Table
from relevo.data.times import with_times
from relevo.errors import DataMistake, ProblemMistake
from relevo.learn.learner import Floats
from relevo.learn.rows import Rows
from relevo.prepare.preparation import Preparation
from relevo.problem.problem import Problem
from relevo.renew.durations import days_in
from relevo.score.rows import sums
from relevo.train.target import class_labels, known_target, target_of

_WARM_UP_SHARE = 1 / 6
_FEWEST_WARM_UP_ROWS = 500
_FEWEST_DAYS_REPLAYED = 14


@dataclass(frozen=True, eq=False)
class Timeline:
    """Rows day by day.

    Attributes
    ----------
    rows
        Prepared, in the order of time.
    starts
        Position of each day's first row, and behind the last day's last row, `(n_days + 1,)`.
    first_date
        Of day 0.
    first
        The first day that is replayed; the days before it are the warm-up.
    delay
        Days after which a day's outcomes are known beyond its own end.
    fingerprint
        Of the rows.

    """

    rows: Rows
    starts: NDArray[np.intp]
    first_date: date
    first: int
    delay: int
    fingerprint: str

    @classmethod
    def of(cls, table: Any, problem: Problem, warm_up_days: int | None = None) -> Timeline:
        """The rows of a table whose outcome is known, by day.

        Categories and bins are learnt from all rows, outcomes excepted; that tells a model of an
        early day which values will occur later, not what follows from them.

        Raises
        ------
        ProblemMistake
            When the problem names no column of times.
        DataMistake
            When the days are too few to warm up and to replay.

        """
        time = problem.roles.time
        if not time:
            raise ProblemMistake("renew.backtest_no_time")
        source = Table.of(table, problem.roles)
        frame = with_times(known_target(source.data, problem.target), time)
        frame = frame.sort(time, maintain_order=True)
        days = frame[time].cast(pl.Date)
        first_date = days[0]
        place = (days - pl.Series([first_date])).dt.total_days().to_numpy()
        starts = np.searchsorted(place, np.arange(place[-1] + 2)).astype(np.intp)
        return cls(
            _prepared(frame, problem),
            starts,
            first_date,
            _first_replayed(starts, warm_up_days),
            int(np.ceil(days_in(problem.renew.label_delay))) if problem.renew.label_delay else 0,
            source.fingerprint,
        )

    @property
    def days(self) -> int:
        """How many days there are, the warm-up among them."""
        return len(self.starts) - 1

    @cached_property
    def counts(self) -> Floats:
        """The rows of each day, by their weights when they have any, `(n_days,)`."""
        weight = self.rows.target.weight
        one = np.ones(len(self.rows)) if weight is None else weight
        return self.sums(one, 0, self.days)

    @cached_property
    def known(self) -> NDArray[np.intp]:
        """How many rows have an outcome on the morning of each day, `(n_days,)`."""
        past = np.maximum(np.arange(self.days) - self.delay, 0)
        return self.starts[past]

    @property
    def rows_per_day(self) -> float:
        """Rows, or their weights, of a replayed day on average."""
        return float(self.counts[self.first :].mean())

    def sums(self, values: Floats, first: int, stop: int) -> Floats:
        """The sum of rows' values for each of the days from `first` up to `stop`.

        `values` has one for each row of these days.
        """
        place = np.repeat(np.arange(stop - first), np.diff(self.starts[first : stop + 1]))
        return sums(place, values, stop - first)

    def of_days(self, first: int, stop: int) -> slice:
        """The rows of the days from `first` up to `stop`, without it."""
        return slice(int(self.starts[first]), int(self.starts[stop]))

    def date(self, day: int) -> date:
        """The date of a day."""
        return self.first_date + timedelta(days=int(day))


def _prepared(frame: pl.DataFrame, problem: Problem) -> Rows:
    contract = learn_contract(frame, problem.target, problem.roles, problem.columns)
    whole = conform(frame, contract)
    classes = class_labels(frame[problem.target], problem)
    matrix = Preparation.fit(whole, contract).table(whole)
    return Rows(matrix, target_of(frame, problem, classes))


def _first_replayed(starts: NDArray[np.intp], warm_up_days: int | None) -> int:
    days = len(starts) - 1
    enough = int(np.searchsorted(starts, _FEWEST_WARM_UP_ROWS))
    first = warm_up_days or max(int(np.ceil(days * _WARM_UP_SHARE)), enough)
    if days - first < _FEWEST_DAYS_REPLAYED or starts[min(first, days)] < 2:
        raise DataMistake(
            "renew.backtest_too_short",
            days=days,
            rows=int(starts[-1]),
            needed=_FEWEST_DAYS_REPLAYED,
            warm_up=first,
        )
    return first
