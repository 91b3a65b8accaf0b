"""Keys to the endpoint: what tells them, never the keys."""

from __future__ import annotations

from sqlalchemy import Connection, delete

from relevo.store import aliases
from relevo.store.records import KeyRecord
from relevo.store.rows import chosen, insert_into, load, values
from relevo.store.schema import keys as table


def put(connection: Connection, project: str, key: KeyRecord) -> None:
    """Keep a key; one of the same name is replaced and opens nothing any more."""
    aliases.count_move(connection, project)
    remove(connection, project, key.name)
    connection.execute(insert_into(connection, table).values(values(key, project=project)))


def remove(connection: Connection, project: str, name: str) -> bool:
    """Let the key of this name open nothing any more; gives whether there was one."""
    aliases.count_move(connection, project)
    here = (table.c.project == project) & (table.c.name == name)
    return connection.execute(delete(table).where(here)).rowcount > 0


def all_of(connection: Connection, project: str) -> list[KeyRecord]:
    """The keys, by name."""
    return load(connection, chosen(table, KeyRecord, project).order_by(table.c.name), KeyRecord)
