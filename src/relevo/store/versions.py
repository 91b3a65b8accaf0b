"""Versions of the model, and the figures about each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from relevo.errors import ModelMistake
from relevo.store.records import FigureRecord, VersionRecord
from relevo.store.rows import chosen, load, values
from relevo.store.schema import figures, projects, versions
from relevo.words import say


def reserve(connection: Connection, project: str, now: datetime) -> int:
    """The next number, given to nobody else."""
    counter = (
        update(projects)
        .where(projects.c.project == project)
        .values(last_version=projects.c.last_version + 1, reserved_at=now)
        .returning(projects.c.last_version)
    )
    return int(connection.execute(counter).scalar_one())


def add(connection: Connection, project: str, version: VersionRecord) -> None:
    """Note a version that was trained."""
    if version.parent is not None:
        find(connection, project, version.parent)
    connection.execute(insert(versions).values(values(version, project=project)))


def find(connection: Connection, project: str, number: int) -> VersionRecord:
    """One version; ModelMistake, naming the known ones, when there is none of that number."""
    query = chosen(versions, VersionRecord, project).where(versions.c.version == number)
    found = load(connection, query, VersionRecord)
    if not found:
        known = _numbers(connection, project)
        names = ", ".join(map(str, known)) or say("store.none")
        raise ModelMistake("store.unknown_version", version=number, known=names)
    return found[0]


def all_of(connection: Connection, project: str) -> list[VersionRecord]:
    """Every version, by number."""
    query = chosen(versions, VersionRecord, project).order_by(versions.c.version)
    return load(connection, query, VersionRecord)


def add_figures(
    connection: Connection, project: str, number: int, new: Iterable[FigureRecord]
) -> None:
    """Note figures about a version."""
    find(connection, project, number)
    rows = [values(figure, project=project, version=number) for figure in new]
    if rows:
        connection.execute(insert(figures), rows)


def figures_of(connection: Connection, project: str, number: int) -> list[FigureRecord]:
    """The figures about a version, in the order they were added."""
    find(connection, project, number)
    query = chosen(figures, FigureRecord, project).where(figures.c.version == number)
    return load(connection, query.order_by(figures.c.sequence), FigureRecord)


def _numbers(connection: Connection, project: str) -> list[int]:
    query = select(versions.c.version).where(versions.c.project == project)
    return list(connection.scalars(query.order_by(versions.c.version)))
