"""What challengers said of rows that another version answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from relevo.store.records import MirroredPair, MirroredRecord
from relevo.store.rows import chosen, insert_into, load, values
from relevo.store.schema import mirrored as table
from relevo.store.schema import predictions


def log(connection: Connection, project: str, new: Sequence[MirroredRecord]) -> None:
    """Keep answers; one that is kept already stays as it is."""
    rows = [values(answer, project=project) for answer in new]
    if rows:
        connection.execute(insert_into(connection, table).on_conflict_do_nothing(), rows)


def find(
    connection: Connection, project: str, version: int | None, since: datetime | None
) -> list[MirroredRecord]:
    """Answers of one challenger, or of all, from `since` on, oldest first."""
    query = chosen(table, MirroredRecord, project).order_by(table.c.at, table.c.prediction_id)
    if version is not None:
        query = query.where(table.c.version == version)
    if since is not None:
        query = query.where(table.c.at >= since)
    return load(connection, query, MirroredRecord)


def pairs(
    connection: Connection, project: str, version: int, since: datetime, limit: int
) -> list[MirroredPair]:
    """The newest answers of a challenger from `since` on, each beside the one that was given."""
    query = (
        select(
            predictions.c.prediction,
            predictions.c.latency_us,
            table.c.prediction,
            table.c.latency_us,
        )
        .join(
            predictions,
            (predictions.c.project == table.c.project)
            & (predictions.c.prediction_id == table.c.prediction_id),
        )
        .where(table.c.project == project, table.c.version == version, table.c.at >= since)
        .order_by(table.c.at.desc())
        .limit(limit)
    )
    return [MirroredPair(*row) for row in connection.execute(query)]


def forget(connection: Connection, project: str, before: datetime) -> None:
    """Delete what is older than `before`."""
    connection.execute(delete(table).where(table.c.project == project, table.c.at < before))
