"""Renewals that have something to do, and how far they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, update

from relevo.store.records import TurnRecord
from relevo.store.rows import chosen, load, values
from relevo.store.schema import turns as table


def add(connection: Connection, project: str, turn: TurnRecord) -> None:
    """Note what a renewal is about to do."""
    connection.execute(insert(table).values(values(turn, project=project)))


def note(
    connection: Connection, project: str, turn: str, step: str, detail: Mapping[str, Any]
) -> None:
    """Note the step that a renewal is at."""
    here = (table.c.project == project) & (table.c.turn == turn)
    connection.execute(update(table).where(here).values(step=step, detail=detail))


def end(connection: Connection, project: str, turn: str, at: datetime) -> None:
    """Note that a renewal is finished."""
    here = (table.c.project == project) & (table.c.turn == turn)
    connection.execute(update(table).where(here).values(ended_at=at))


def unfinished(connection: Connection, project: str) -> TurnRecord | None:
    """The newest renewal that was begun and not finished."""
    query = chosen(table, TurnRecord, project).where(table.c.ended_at.is_(None))
    found = load(connection, query.order_by(table.c.begun_at, table.c.turn), TurnRecord)
    return found[-1] if found else None
