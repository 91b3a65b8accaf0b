"""`upgrade`: create the tables, or bring them to the newest schema."""

from __future__ import annotations

import fcntl
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from relevo.errors import StoreMistake
from relevo.store.database import SCHEMA, Database
from relevo.store.mistakes import explained, shown

# The newest file in `migrations/versions`. Known here, so that opening a store that is up to date
# need not import Alembic, which costs several times what the opening does.
HEAD = "relevo_0003"
_PREFIX = HEAD.rstrip("0123456789")
_UPGRADING = int.from_bytes(b"relevo")  # the advisory lock of an upgrade on PostgreSQL


def upgrade(database: Database) -> None:
    """Bring the tables to `HEAD`; several processes may do so at once.

    Raises
    ------
    StoreMistake
        When the tables are not relevo's, or of a relevo newer than this one.

    """
    if database.file is not None:
        with explained(database.url):
            database.file.parent.mkdir(parents=True, exist_ok=True)
    with database.read() as connection:
        if _is_current(connection, database):
            return
    if database.file is None:
        _upgrade_postgresql(database)
    else:
        _upgrade_sqlite(database, database.file)


def _is_current(connection: Connection, database: Database) -> bool:
    tables = inspect(connection).get_table_names()
    if not tables:
        return False
    revision = None
    if "alembic_version" in tables:
        revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if revision is None or not revision.startswith(_PREFIX):
        raise StoreMistake("store.not_ours", where=shown(database.url))
    if revision > HEAD:
        raise StoreMistake("store.newer", where=shown(database.url), came=revision, known=HEAD)
    return bool(revision == HEAD)


def _upgrade_sqlite(database: Database, file: Path) -> None:
    with explained(database.url), file.with_name(f"{file.name}.lock").open("a") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        with closing(database.engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA journal_mode = WAL")  # never inside a transaction
        with database.write() as writing:
            _migrate(writing, database)


def _upgrade_postgresql(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADING})
        there = text("SELECT 1 FROM pg_namespace WHERE nspname = :schema")
        if not connection.scalar(there, {"schema": SCHEMA}):
            connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
        _migrate(connection, database)


def _migrate(connection: Connection, database: Database) -> None:
    if _is_current(connection, database):  # somebody else was faster
        return
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    migrations = str(Path(__file__).parent / "migrations")
    config.set_main_option("script_location", migrations.replace("%", "%%"))
    command.upgrade(config, "head")
