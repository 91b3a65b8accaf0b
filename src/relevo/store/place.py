"""`place`: the address of the database that a folder or a URL stands for."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from relevo.errors import StoreMistake

FILE = "store.db"
# The driver is ours to choose: SQLAlchemy 2.0 and 2.1 differ in their default for PostgreSQL.
_DRIVERS = {
    "sqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}


def place(where: str | Path) -> URL:
    """The database of `where`: a folder, which need not exist yet, or a URL.

    Raises
    ------
    StoreMistake
        When it is neither, or a database that relevo does not speak to.

    Examples
    --------
    >>> place("postgres://ana@server/models").drivername
    'postgresql+psycopg'

    """
    if isinstance(where, str) and "://" in where:
        return _of_url(where)
    folder = Path(where)
    if folder.exists() and not folder.is_dir():
        raise StoreMistake("store.not_a_folder", path=folder)
    return URL.create("sqlite", database=str(folder / FILE))


def _of_url(text: str) -> URL:
    kind = text.partition("://")[0].partition("+")[0]
    if kind not in _DRIVERS:
        raise StoreMistake("store.unknown_kind", kind=kind)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # its text, and so the cause, may hold a password
        raise StoreMistake("store.bad_url", kind=kind) from None
    if kind == "sqlite" and url.database in {None, "", ":memory:"}:
        raise StoreMistake("store.in_memory", path=FILE)
    return url.set(drivername=_DRIVERS[kind])
