"""Labels: outcomes that arrive after, or before, the predictions they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, and_, case, func, or_, select

from relevo.store.records import LabelledRecord, LabelOutcome, LabelRecord, PredictionRecord
from relevo.store.rows import insert_into, values
from relevo.store.schema import labels, predictions

_CHUNK = 500  # far below every database's limit of values in one statement


def add(connection: Connection, project: str, new: Iterable[LabelRecord]) -> LabelOutcome:
    """Keep labels, the newest of each key, and say which found a prediction."""
    newest: dict[str, LabelRecord] = {}
    for label in new:
        former = newest.get(label.key, label)
        newest[label.key] = label if label.at >= former.at else former
    _keep(connection, project, newest)
    known = set(_known(connection, project, list(newest)))
    unmatched = tuple(key for key in newest if key not in known)
    return LabelOutcome(len(newest) - len(unmatched), unmatched)


def labelled(connection: Connection, project: str, since: datetime | None) -> list[LabelledRecord]:
    """Each labelled prediction once, with the newest label of its two names, oldest first."""
    table, by_id, by_row = predictions, labels.alias(), labels.alias()
    newer = by_id.c.at.is_(None) | (by_row.c.at > by_id.c.at)
    query = (
        select(
            *(table.c[field.name] for field in fields(PredictionRecord)),
            case((newer, by_row.c.target), else_=by_id.c.target),
            case((newer, by_row.c.at), else_=by_id.c.at),
        )
        .outerjoin_from(table, by_id, _joins(by_id, table.c.prediction_id))
        .outerjoin(by_row, _joins(by_row, table.c.row_id))
        .where(table.c.project == project, or_(by_id.c.at.is_not(None), by_row.c.at.is_not(None)))
        .order_by(table.c.at, table.c.sequence)
    )
    if since is not None:
        query = query.where(table.c.at >= since)
    found = connection.execute(query)
    return [LabelledRecord(PredictionRecord(*own), target, at) for *own, target, at in found]


def marker(connection: Connection, project: str) -> tuple[int, datetime | None]:
    """How many labels there are and when the newest came: it changes when one comes."""
    query = select(func.count(), func.max(labels.c.at)).where(labels.c.project == project)
    count, newest = connection.execute(query).one()
    return int(count), newest


def _joins(label: FromClause, name: ColumnElement[Any]) -> ColumnElement[bool]:
    return and_(label.c.project == predictions.c.project, label.c.key == name)


def _keep(connection: Connection, project: str, newest: dict[str, LabelRecord]) -> None:
    # In the order of the keys: two writers that share some of them never wait for each other.
    rows = [values(newest[key], project=project) for key in sorted(newest)]
    if rows:
        insert = insert_into(connection, labels)
        upsert = insert.on_conflict_do_update(
            index_elements=["project", "key"],
            set_={"target": insert.excluded.target, "at": insert.excluded.at},
            where=insert.excluded.at >= labels.c.at,
        )
        connection.execute(upsert, rows)


def _known(connection: Connection, project: str, keys: list[str]) -> Iterator[str]:
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        for name in (predictions.c.prediction_id, predictions.c.row_id):
            query = select(name).where(predictions.c.project == project, name.in_(chunk))
            yield from connection.scalars(query)
