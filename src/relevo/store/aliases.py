"""Aliases: names such as `champion` that stand for a version, each moved by a decision."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum, auto
from typing import Literal

from sqlalchemy import Connection, insert, select, update

from relevo.errors import StoreMistake
from relevo.store import decisions, versions
from relevo.store.records import DecisionRecord
from relevo.store.schema import aliases as table
from relevo.store.schema import projects
from relevo.words import say

CHAMPION = "champion"


class Expect(Enum):
    """What `move` may be told to expect instead of a version."""

    ANYTHING = auto()


Expected = int | None | Literal[Expect.ANYTHING]


def all_of(connection: Connection, project: str) -> dict[str, int]:
    """Each alias and the version that it stands for."""
    query = select(table.c.name, table.c.version).where(table.c.project == project)
    return {row.name: row.version for row in connection.execute(query.order_by(table.c.name))}


def move(
    connection: Connection,
    project: str,
    name: str,
    version: int,
    decision: DecisionRecord,
    expect: Expected,
) -> int | None:
    """Let `name` stand for `version`, write the decision, and give the former version."""
    count_move(connection, project)
    versions.find(connection, project, version)
    previous = all_of(connection, project).get(name)
    if expect is not Expect.ANYTHING and expect != previous:
        raise StoreMistake("store.moved", name=name, came=_named(previous), wanted=_named(expect))
    _point(connection, project, name, version, new=previous is None)
    if name == CHAMPION:
        decision = replace(decision, champion=version, previous=previous)
    decisions.add(connection, project, decision)
    return previous


def moves(connection: Connection, project: str) -> int:
    """How often an alias, a challenger or a key of the project was changed."""
    query = select(projects.c.moves).where(projects.c.project == project)
    return int(connection.execute(query).scalar_one())


def count_move(connection: Connection, project: str) -> None:
    """Let `moves` grow.

    Comes first in a move: on PostgreSQL it holds the project's row, so moves happen one by one.
    """
    here = projects.c.project == project
    connection.execute(update(projects).where(here).values(moves=projects.c.moves + 1))


def _point(connection: Connection, project: str, name: str, version: int, new: bool) -> None:
    if new:
        row = {"project": project, "name": name, "version": version}
        connection.execute(insert(table).values(row))
    else:
        here = (table.c.project == project) & (table.c.name == name)
        connection.execute(update(table).where(here).values(version=version))


def _named(version: int | None) -> str:
    return say("store.none") if version is None else str(version)
