"""Challengers: versions beside the champion, each with its share of the traffic."""

from __future__ import annotations

from sqlalchemy import Connection, delete

from relevo.store import aliases, versions
from relevo.store.records import ChallengerRecord
from relevo.store.rows import chosen, insert_into, load, values
from relevo.store.schema import challengers as table


def put(connection: Connection, project: str, challenger: ChallengerRecord) -> None:
    """Let a version stand beside the champion, or change its shares."""
    aliases.count_move(connection, project)
    versions.find(connection, project, challenger.version)
    insert = insert_into(connection, table).values(values(challenger, project=project))
    shares = {name: insert.excluded[name] for name in ("mirror", "canary", "since")}
    connection.execute(
        insert.on_conflict_do_update(index_elements=["project", "version"], set_=shares)
    )


def remove(connection: Connection, project: str, version: int) -> bool:
    """Let a version stand beside no longer; gives whether it did."""
    aliases.count_move(connection, project)
    return drop(connection, project, version)


def drop(connection: Connection, project: str, version: int) -> bool:
    """The same, as part of a move that is counted already."""
    here = (table.c.project == project) & (table.c.version == version)
    return connection.execute(delete(table).where(here)).rowcount > 0


def all_of(connection: Connection, project: str) -> list[ChallengerRecord]:
    """The challengers, by version."""
    return load(
        connection,
        chosen(table, ChallengerRecord, project).order_by(table.c.version),
        ChallengerRecord,
    )
