"""`Database`: short transactions on SQLite or PostgreSQL, with refusals explained."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

from relevo.errors import MissingExtra
from relevo.store.mistakes import explained

# Of its own, so that a server shared with others (MLflow has `runs`, too) never sees a clash.
SCHEMA = "relevo"


class Database:
    """The connections to one store.

    Parameters
    ----------
    url
        As `relevo.store.place.place` gives it.

    Raises
    ------
    MissingExtra
        When it is PostgreSQL and psycopg is not installed.

    """

    def __init__(self, url: URL) -> None:
        self.url = url
        self.file = Path(url.database or "") if url.get_backend_name() == "sqlite" else None
        self.engine = _postgresql(url) if self.file is None else _sqlite(url)
        self._writing = self.engine.execution_options(writes=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the store."""
        with explained(self.url), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is on disk when it ends, or never was."""
        with explained(self.url), self._writing.begin() as connection:
            yield connection

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": 30})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # the driver opens no transaction of its own; `begin` does
    connection.execute("PRAGMA busy_timeout = 30000")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and then writes fails at once if another one wrote in between;
    # one that says from the start that it will write waits its turn.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql(url: URL) -> Engine:
    patience = {} if "connect_timeout" in url.query else {"connect_timeout": 10}
    try:
        engine = create_engine(url, pool_pre_ping=True, connect_args=patience)
    except ImportError as error:
        raise MissingExtra("postgres", "PostgreSQL") from error
    event.listen(engine, "connect", _prepare_postgresql, insert=True)
    return engine


def _prepare_postgresql(connection: Any, _: object) -> None:
    connection.execute(f"SET search_path TO {SCHEMA}")
    connection.commit()
