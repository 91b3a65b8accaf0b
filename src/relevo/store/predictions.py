"""Predictions that were given, as they were given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, insert

from relevo.store.records import Origin, PredictionRecord
from relevo.store.rows import chosen, insert_into, load, values
from relevo.store.schema import predictions as table


def log(connection: Connection, project: str, new: Iterable[PredictionRecord]) -> None:
    """Keep predictions, all or none of them."""
    rows = [values(prediction, project=project) for prediction in new]
    if rows:
        connection.execute(insert(table), rows)


def deliver(connection: Connection, project: str, new: Iterable[PredictionRecord]) -> None:
    """Keep predictions; one that is kept already stays as it is."""
    rows = [values(prediction, project=project) for prediction in new]
    if rows:
        connection.execute(insert_into(connection, table).on_conflict_do_nothing(), rows)


def forget(connection: Connection, project: str, before: datetime) -> int:
    """Delete what the endpoint answered before; gives how many."""
    old = (table.c.project == project) & (table.c.at < before) & (table.c.source == "endpoint")
    return connection.execute(delete(table).where(old)).rowcount


def find(
    connection: Connection,
    project: str,
    since: datetime | None,
    version: int | None,
    source: Origin | None,
    limit: int | None,
) -> list[PredictionRecord]:
    """Predictions, oldest first; with `limit`, the newest that many."""
    query = chosen(table, PredictionRecord, project).limit(limit)
    if since is not None:
        query = query.where(table.c.at >= since)
    if version is not None:
        query = query.where(table.c.version == version)
    if source is not None:
        query = query.where(table.c.source == source)
    newest = query.order_by(table.c.at.desc(), table.c.sequence.desc())
    return load(connection, newest, PredictionRecord)[::-1]
