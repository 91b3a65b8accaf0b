"""Projects: one row each, written when a store is first opened for it."""

from __future__ import annotations

from sqlalchemy import select

from relevo.store.database import Database
from relevo.store.rows import insert_into
from relevo.store.schema import projects as table


def ensure(database: Database, project: str) -> None:
    """Make the project's row unless it is there; an open that finds it writes nothing."""
    with database.read() as connection:
        if connection.execute(select(table).where(table.c.project == project)).first():
            return
    row = {"project": project, "last_version": 0, "moves": 0}
    with database.write() as connection:
        connection.execute(insert_into(connection, table).values(row).on_conflict_do_nothing())
