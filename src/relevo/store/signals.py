"""Signals of the watch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from relevo.store.records import SignalRecord
from relevo.store.rows import chosen, load, values
from relevo.store.schema import signals as table


def add(connection: Connection, project: str, at: datetime, new: Iterable[SignalRecord]) -> None:
    """Keep the signals of one watch."""
    rows = [values(signal, project=project, at=at) for signal in new]
    if rows:
        connection.execute(insert(table), rows)


def last(connection: Connection, project: str, since: datetime | None) -> list[SignalRecord]:
    """The signals of the newest watch, in the order they were added; none when it was before."""
    newest = select(func.max(table.c.at)).where(table.c.project == project).scalar_subquery()
    query = chosen(table, SignalRecord, project).where(table.c.at == newest)
    if since is not None:
        query = query.where(table.c.at >= since)
    return load(connection, query.order_by(table.c.sequence), SignalRecord)
