"""Decisions about the champion, with their reasons."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, insert, select, update

from relevo.store.records import DecisionRecord
from relevo.store.rows import chosen, load, values
from relevo.store.schema import decisions as table


def add(connection: Connection, project: str, decision: DecisionRecord) -> None:
    """Note a decision."""
    connection.execute(insert(table).values(values(decision, project=project)))


def add_or_count(connection: Connection, project: str, decision: DecisionRecord) -> None:
    """Note a decision; when it says the same as the newest one, that one says how often.

    Two say the same when they are of one kind and name one reason under `because`.
    """
    newest = select(table.c.sequence).where(table.c.project == project)
    sequence = connection.scalar(newest.order_by(table.c.sequence.desc()).limit(1))
    found = load(
        connection,
        chosen(table, DecisionRecord, project).where(table.c.sequence == sequence),
        DecisionRecord,
    )
    if not found or not _says_the_same(found[0], decision):
        add(connection, project, decision)
        return
    former = found[0].detail
    counted = {"times": former.get("times", 1) + 1, "first": former.get("first", found[0].at)}
    new = values(replace(decision, detail={**decision.detail, **counted}))
    connection.execute(update(table).where(table.c.sequence == sequence).values(new))


def _says_the_same(one: DecisionRecord, other: DecisionRecord) -> bool:
    because = one.detail.get("because")
    same = one.kind == other.kind and one.champion == other.champion
    return same and because is not None and because == other.detail.get("because")


def all_of(connection: Connection, project: str) -> list[DecisionRecord]:
    """Every decision, oldest first."""
    query = chosen(table, DecisionRecord, project).order_by(table.c.sequence)
    return load(connection, query, DecisionRecord)
