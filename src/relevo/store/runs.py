"""Runs: each step of the wheel that was started, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, update

from relevo.store.ids import new_id
from relevo.store.records import RunRecord
from relevo.store.rows import chosen, load, values
from relevo.store.schema import runs as table


def begin(connection: Connection, project: str, step: str, now: datetime) -> str:
    """Note that a step starts; gives the run's name."""
    run = RunRecord(new_id(now), step, now, "running", None, {})
    connection.execute(insert(table).values(values(run, project=project)))
    return run.run_id


def end(
    connection: Connection,
    project: str,
    run_id: str,
    status: str,
    seconds: float,
    detail: Mapping[str, Any],
) -> None:
    """Note how a run ended; KeyError when there is no such run."""
    here = (table.c.project == project) & (table.c.run_id == run_id)
    new = {"status": status, "seconds": seconds, "detail": detail}
    if connection.execute(update(table).where(here).values(new)).rowcount == 0:
        raise KeyError(run_id)


def all_of(connection: Connection, project: str) -> list[RunRecord]:
    """Every run, oldest first."""
    query = chosen(table, RunRecord, project).order_by(table.c.started_at, table.c.run_id)
    return load(connection, query, RunRecord)
