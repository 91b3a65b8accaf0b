"""Divide the known rows: those that train replicas, and the newest, which judge all models."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from relevo.model.lineage import Lineage
from relevo.problem.problem import Problem
from relevo.train.judged import Parts, set_aside


@dataclass(frozen=True)
class Division:
    """Known rows, divided for a renewal.

    Attributes
    ----------
    older
        Every row that may train a replica from scratch.
    fresh
        Those of them that the champion was not trained on: what fine-tuning learns from.
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
    share = problem.renew.judged_share
    parts = set_aside(frame.filter(new), problem, seed, share)
    older = pl.concat([frame.filter(~new), parts.train])
    fresh = parts.train
    if time:
        older = older.sort(time, maintain_order=True)
        fresh = _after(older, time, lineage.trained_until)
    return Division(older, fresh, parts.judged, parts.ordered)


def _after(frame: pl.DataFrame, time: str, until: datetime | None) -> pl.DataFrame:
    return frame.filter(pl.col(time).cast(pl.Datetime("us")) > until) if until else frame
