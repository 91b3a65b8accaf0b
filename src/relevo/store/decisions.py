"""Decisions about the champion, with their reasons."""

from __future__ import annotations

from sqlalchemy import Connection, insert

from relevo.store.records import DecisionRecord
from relevo.store.rows import chosen, load, values
from relevo.store.schema import decisions as table


def add(connection: Connection, project: str, decision: DecisionRecord) -> None:
    """Note a decision."""
    connection.execute(insert(table).values(values(decision, project=project)))


def all_of(connection: Connection, project: str) -> list[DecisionRecord]:
    """Every decision, oldest first."""
    query = chosen(table, DecisionRecord, project).order_by(table.c.sequence)
    return load(connection, query, DecisionRecord)
