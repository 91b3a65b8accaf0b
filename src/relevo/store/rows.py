"""Between records and rows: a column has the name of the field that it holds."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, Select, Table, select
from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Record = TypeVar("Record", bound=DataclassInstance)


def values(record: DataclassInstance, **more: Any) -> dict[str, Any]:
    """The fields of a record by name, as they are, and `more`."""
    return {field.name: getattr(record, field.name) for field in fields(record)} | more


def chosen(table: Table, kind: type[DataclassInstance], project: str) -> Select[Any]:
    """The query for the rows of a project, with the columns that `kind` has."""
    columns = [table.c[field.name] for field in fields(kind)]
    return select(*columns).where(table.c.project == project)


def load(connection: Connection, query: Select[Any], kind: type[Record]) -> list[Record]:
    """The records that a query from `chosen` finds."""
    return [kind(*row) for row in connection.execute(query)]


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say what to do about a row that is there already."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)
