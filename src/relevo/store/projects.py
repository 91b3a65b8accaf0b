"""Projects: one row each, written when a store is first opened for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from relevo.store.database import Database
from relevo.store.rows import insert_into
from relevo.store.schema import batches, decisions, standing, versions
from relevo.store.schema import projects as table


def ensure(database: Database, project: str) -> None:
    """Make the project's row unless it is there; an open that finds it writes nothing."""
    with database.read() as connection:
        if connection.execute(select(table).where(table.c.project == project)).first():
            return
    row = {"project": project, "last_version": 0, "moves": 0}
    with database.write() as connection:
        connection.execute(insert_into(connection, table).values(row).on_conflict_do_nothing())


def newest(connection: Connection, project: str) -> datetime | None:
    """The newest moment at which something was decided, made or taken in."""
    moments = (
        (decisions, decisions.c.at),
        (versions, versions.c.created_at),
        (batches, batches.c.at),
        (standing, standing.c.changed_at),
    )
    found = [
        connection.scalar(select(func.max(moment)).where(source.c.project == project))
        for source, moment in moments
    ]
    return max((moment for moment in found if moment is not None), default=None)
