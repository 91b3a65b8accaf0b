"""Divide the known rows: those that train replicas, and the newest, which judge all models."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from relevo.model.lineage import Lineage
from relevo.problem.problem import Problem
from relevo.renew.durations import days_in
from relevo.train.blocks import PERIODS, blocks_of
from relevo.train.judged import Parts, set_aside

# Of `renew.respond_within`: what fine-tuning then learns from. In a replay of rental prices that a
# strike doubled, half an hour of quotes mended two thirds of the loss, an hour only one third.
_RESPONSES = 2
# In two weeks of days a duel sees what is clearly better; in fewer it sees next to nothing.
_PERIODS_JUDGED = 14


@dataclass(frozen=True)
class Division:
    """Known rows, divided for a renewal.

    Attributes
    ----------
    older
        Every row that may train a replica from scratch.
    fresh
        Those of them that the champion was not trained on: what fine-tuning learns from. Where the
        model must respond within some time, the newest of them only, of twice that.
    judged
        The rows of the duel: new to the champion and to every replica.
    ordered
        Whether the rows are in the order of time.

    """

    older: pl.DataFrame
    fresh: pl.DataFrame
    judged: pl.DataFrame
    ordered: bool

    @property
    def from_scratch(self) -> Parts:
        """What a replica from scratch learns from and is judged on."""
        return Parts(self.older, self.judged, self.ordered)

    @property
    def fine_tuned(self) -> Parts:
        """What a fine-tuned replica learns from and is judged on."""
        return Parts(self.fresh, self.judged, self.ordered)


def new_rows(
    frame: pl.DataFrame, arrived: pl.Series, lineage: Lineage, problem: Problem
) -> pl.Series:
    """Which rows became known after the champion was made, shape `(n_rows,)`.

    With a time column: newer than every row that it was trained or judged on, wherever they came
    from. Without: arrived as a batch or as a label after it was made.
    """
    time = problem.roles.time
    if time and lineage.known_until:
        return (frame[time].cast(pl.Datetime("us")) > lineage.known_until).fill_null(False)
    made = lineage.created_at.replace(tzinfo=None)
    return (arrived > made).fill_null(False)


def divide(
    frame: pl.DataFrame, new: pl.Series, lineage: Lineage, problem: Problem, seed: int
) -> Division:
    """Set aside the newest part of the new rows; the rest trains.

    With a time column whole periods (`renew.block`) judge, more than the share says where these
    are fewer than 14, but no more than half of them; not so where the model must respond within
    some time.

    Parameters
    ----------
    frame
        Rows whose target is known.
    new
        Which of them the champion has not seen (`new_rows`).
    lineage
        Of the champion.
    problem
        Its `renew.judged_share` says how much of the new rows judges.
    seed
        Of the sample when there is no time column.

    """
    time = problem.roles.time
    parts = _whole_periods(
        set_aside(frame.filter(new), problem, seed, problem.renew.judged_share), problem
    )
    older = pl.concat([frame.filter(~new), parts.train])
    fresh = parts.train
    if time:
        older = older.sort(time, maintain_order=True)
        fresh = _newest(_after(older, time, lineage.trained_until), time, problem)
    return Division(older, fresh, parts.judged, parts.ordered)


def _whole_periods(parts: Parts, problem: Problem) -> Parts:
    """The same rows, divided at the beginning of a period when there are two or more."""
    rules = problem.renew
    # Where the model must respond soon, the newest rows are needed to learn from.
    if not parts.ordered or rules.block not in PERIODS or rules.respond_within:
        return parts
    rows = pl.concat([parts.train, parts.judged])
    codes = blocks_of(rows, problem)
    assert codes is not None  # rows in the order of time have periods
    periods = np.unique(codes)
    if len(periods) < 2:
        return parts
    enough = len(periods) - min(_PERIODS_JUDGED, len(periods) // 2)
    by_share = int(np.searchsorted(periods, codes[parts.train.height]))
    cut = int(np.searchsorted(codes, periods[max(1, min(enough, by_share))]))
    return Parts(rows[:cut], rows[cut:], ordered=True)


def _after(frame: pl.DataFrame, time: str, until: datetime | None) -> pl.DataFrame:
    return frame.filter(pl.col(time).cast(pl.Datetime("us")) > until) if until else frame


def _newest(frame: pl.DataFrame, time: str, problem: Problem) -> pl.DataFrame:
    """The rows, in the order of time, that tell of a change to which the model must respond."""
    within = problem.renew.respond_within
    latest = frame[time].cast(pl.Datetime("us")).max()
    if within is None or not isinstance(latest, datetime):
        return frame
    recent = _after(frame, time, latest - timedelta(days=_RESPONSES * days_in(within)))
    return recent if recent.height >= problem.renew.min_rows else frame.tail(problem.renew.min_rows)
