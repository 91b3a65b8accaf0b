"""Who is judged again at each renewal."""

from __future__ import annotations

from sqlalchemy import Connection

from relevo.store import challengers
from relevo.store.records import ChallengerRecord, StandingRecord
from relevo.store.rows import chosen, insert_into, load, values
from relevo.store.schema import standing as table

STANDS = "stands"
_CHANGES = ("role", "turn", "alpha", "since", "until", "status", "changed_at", "detail")


def put(connection: Connection, project: str, standing: StandingRecord, mirrored: bool) -> None:
    """Write where a version stands; whether it sees the traffic goes along with that."""
    insert = insert_into(connection, table).values(values(standing, project=project))
    changed = {name: insert.excluded[name] for name in _CHANGES}
    keys = ["project", "version", "champion"]
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=changed))
    there = {one.version for one in challengers.all_of(connection, project)}
    if standing.status != STANDS and standing.version in there:
        challengers.remove(connection, project, standing.version)
    elif standing.status == STANDS and mirrored and standing.version not in there:
        record = ChallengerRecord(standing.version, 1.0, 0.0, standing.since)
        challengers.put(connection, project, record)


def all_of(connection: Connection, project: str) -> list[StandingRecord]:
    """Everybody who stood or stands, the oldest first."""
    query = chosen(table, StandingRecord, project)
    return load(connection, query.order_by(table.c.since, table.c.version), StandingRecord)
