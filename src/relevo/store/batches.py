"""Batches: which data were seen already, by the fingerprint of their content."""

from __future__ import annotations

from sqlalchemy import Connection

from relevo.store.records import BatchRecord
from relevo.store.rows import chosen, insert_into, load, values
from relevo.store.schema import batches as table


def add(connection: Connection, project: str, batch: BatchRecord) -> bool:
    """Note a batch; gives whether it is new for what it is for."""
    row = values(batch, project=project)
    insert = insert_into(connection, table).values(row).on_conflict_do_nothing()
    return connection.execute(insert.returning(table.c.kind)).first() is not None


def all_of(connection: Connection, project: str, kind: str | None) -> list[BatchRecord]:
    """The batches, or those for one purpose, oldest first."""
    query = chosen(table, BatchRecord, project).order_by(table.c.at, table.c.fingerprint)
    if kind is not None:
        query = query.where(table.c.kind == kind)
    return load(connection, query, BatchRecord)
