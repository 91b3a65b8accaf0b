"""`unseen`: the rows that neither of two models was trained on."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from relevo.model.lineage import Lineage
from relevo.problem.problem import Problem


def unseen(
    frame: pl.DataFrame,
    arrived: pl.Series,
    champion: Lineage,
    challenger: Lineage,
    problem: Problem,
    kept: pl.DataFrame,
) -> pl.DataFrame:
    """The rows on which a champion and a replica of it are compared, those of former looks too.

    With a time column: all that are newer than what trained the replica and than what the champion
    was trained or chosen on. Without: the rows that were set aside when the replica was trained,
    and those that became known after that.

    Parameters
    ----------
    frame, arrived
        Rows whose target is known, and when each became known, shape `(n_rows,)`.
    champion, challenger
        Where the two models come from.
    problem
        Names the time column.
    kept
        The rows that were set aside when the replica was trained.

    """
    time = problem.roles.time
    if time and champion.known_until and challenger.trained_until:
        return newer(frame, time, max(champion.known_until, challenger.trained_until))
    later = frame.filter(after(arrived, challenger.created_at))
    return pl.concat([kept, later], how="diagonal_relaxed")


def newer(frame: pl.DataFrame, time: str, until: datetime) -> pl.DataFrame:
    """The rows after a point in their own time."""
    return frame.filter(pl.col(time).cast(pl.Datetime("us")) > until)


def after(arrived: pl.Series, moment: datetime) -> pl.Series:
    """Which rows became known after a moment, shape `(n_rows,)`."""
    return (arrived > moment.replace(tzinfo=None)).fill_null(False)
