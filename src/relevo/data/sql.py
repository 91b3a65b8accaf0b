"""`read_sql`: the rows of a query, from any database that SQLAlchemy speaks with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import polars as pl
from sqlalchemy import URL, Connection, create_engine, exc, make_url

from relevo.data.names import check_names
from relevo.data.reason import reason
from relevo.data.stack import stack
from relevo.data.values import column
from relevo.errors import DataMistake, MissingExtra, nearest
from relevo.words import say

_CHUNK = 50_000
_CONNECT_S = 10
_COMMENTS = re.compile(r"\A(\s|--[^\n]*(\n|\Z)|/\*.*?\*/)*", re.DOTALL)
_DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
}


def read_sql(url: str, query: str, folder: Path) -> pl.DataFrame:
    """The rows that a query gives, fetched in chunks over a connection that only reads.

    Parameters
    ----------
    url
        An SQLAlchemy URL. `postgresql://` is spoken with psycopg 3.
    query
        A SELECT, passed on as it is.
    folder
        Where the path of an SQLite file starts.

    Raises
    ------
    DataMistake
        The URL, the connection or the query is wrong, or the query gives no rows. No message
        holds the password.
    MissingExtra
        The driver for PostgreSQL is not installed.

    """
    _check_select(query)
    parsed = _parsed(url, folder)
    shown = parsed.render_as_string(hide_password=True)
    with _connected(parsed, shown) as connection:
        try:
            chunks = list(_chunks(connection, query, shown))
        except exc.SQLAlchemyError as error:
            raise DataMistake("data.bad_query", url=shown, reason=_safe(error, parsed)) from None
    if not chunks:
        raise DataMistake("data.no_query_rows", url=shown)
    frames = {f"{shown} [{number}]": chunk for number, chunk in enumerate(chunks)}
    return stack(frames).lazy().collect()


def _check_select(query: str) -> None:
    first = re.match(r"[(\s]*(\w*)", _COMMENTS.sub("", query, count=1))
    if first is None or first[1].lower() not in ("select", "with"):
        raise DataMistake("data.not_a_select", query=query.strip()[:80])


def _parsed(url: str, folder: Path) -> URL:
    try:
        parsed = make_url(url)
        parsed = parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername))
        parsed.get_dialect()
    except exc.NoSuchModuleError:
        dialect = url.partition(":")[0]
        hint = nearest(dialect, ("sqlite", "postgresql", "mysql", "mssql", "oracle"))
        raise DataMistake("data.unknown_database", dialect=dialect, hint=hint) from None
    except (exc.ArgumentError, ValueError):
        raise DataMistake("data.bad_url") from None
    file = parsed.database
    if parsed.get_backend_name() != "sqlite" or not file or file.startswith((":memory:", "file:")):
        return parsed
    if not (folder / file).is_file():
        # SQLite would make an empty database
        raise DataMistake("data.missing_database", path=file, folder=folder)
    return parsed.set(database=str(folder / file))


@contextmanager
def _connected(url: URL, shown: str) -> Iterator[Connection]:
    postgres = url.get_backend_name() == "postgresql"
    arguments = {"connect_timeout": _CONNECT_S} if postgres else {}
    try:
        engine = create_engine(url, connect_args=arguments)
    except ImportError as error:
        if postgres:
            raise MissingExtra("postgres", say("data.postgres")) from None
        raise DataMistake("data.no_driver", url=shown, driver=error.name) from None
    try:
        try:
            connection = engine.connect()
        except exc.SQLAlchemyError as error:
            raise DataMistake("data.no_connection", url=shown, reason=_safe(error, url)) from None
        with connection:
            yield connection
    finally:
        engine.dispose()


def _chunks(connection: Connection, query: str, shown: str) -> Iterator[pl.DataFrame]:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only = ON")
    options: dict[str, object] = {"stream_results": True, "no_parameters": True}
    if connection.dialect.name == "postgresql":
        options["postgresql_readonly"] = True
    result = connection.execution_options(**options).exec_driver_sql(query)
    names = list(result.keys())
    check_names(names, shown)
    for rows in result.partitions(_CHUNK):
        values = zip(*rows, strict=True)
        yield pl.DataFrame([column(name, part) for name, part in zip(names, values, strict=True)])


def _safe(error: Exception, url: URL) -> str:
    """The database's own message in one line, without the password."""
    said = reason(getattr(error, "orig", None) or error)
    secret = str(url.password or "")
    for written in filter(None, (secret, quote(secret, safe=""))):
        said = said.replace(written, "***")
    return said
