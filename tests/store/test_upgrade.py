from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

import relevo.store
from relevo.errors import StoreMistake
from relevo.store.database import Database
from relevo.store.place import place
from relevo.store.schema import METADATA
from relevo.store.store import Store
from relevo.store.upgrade import HEAD


def set_revision(where: str, revision: str) -> None:
    database = Database(place(where))
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :new"), {"new": revision})
    database.close()


def test_an_empty_place_becomes_a_store_that_opens_again(empty: str) -> None:
    for _ in range(2):
        with Store.open(empty, "flights") as store:
            assert store.versions() == []


def test_the_folder_is_made(tmp_path: Path) -> None:
    Store.open(tmp_path / "project" / ".relevo", "flights").close()
    assert (tmp_path / "project" / ".relevo" / "store.db").is_file()
    with Store.open(f"sqlite:///{tmp_path}/project/.relevo/store.db", "flights") as store:
        assert store.where == f"{tmp_path}/project/.relevo/store.db"


def test_the_migrations_give_the_tables_that_the_schema_names(empty: str) -> None:
    with Store.open(empty, "flights"):
        database = Database(place(empty))
        with database.read() as connection:
            differences = compare_metadata(MigrationContext.configure(connection), METADATA)
        database.close()
    assert differences == []


def test_the_newest_migration_is_the_head() -> None:
    config = Config()
    migrations = Path(relevo.store.__file__).parent / "migrations"
    config.set_main_option("script_location", str(migrations))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_several_processes_open_an_empty_place_at_once(empty: str, child) -> None:
    processes = [child("reserve", empty, "flights") for _ in range(3)]
    numbers = [int(line) for process in processes for line in process.stdout]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert sorted(numbers) == list(range(1, 31))


def test_opening_a_store_that_is_up_to_date_imports_no_alembic(where: str, project: str) -> None:
    Store.open(where, project).close()
    code = (
        "import sys, relevo.store; assert 'sqlalchemy' not in sys.modules\n"
        "relevo.store.Store.open(*sys.argv[1:]).close(); assert 'alembic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code, where, project], check=True)


def test_a_store_of_a_newer_relevo_is_refused_and_left_alone(empty: str) -> None:
    Store.open(empty, "flights").close()
    set_revision(empty, "relevo_9999")
    with pytest.raises(StoreMistake, match="schema relevo_9999") as caught:
        Store.open(empty, "flights")
    assert caught.value.key == "store.newer"
    set_revision(empty, HEAD)
    Store.open(empty, "flights").close()


def test_tables_of_somebody_else_are_refused(tmp_path: Path) -> None:
    database = Database(place(tmp_path))
    with database.write() as connection:
        connection.execute(text("CREATE TABLE runs (run_uuid TEXT)"))
    with pytest.raises(StoreMistake, match="tables that relevo did not make"):
        Store.open(tmp_path, "flights")
    with database.write() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('bf29a5ff90ea')"))
    with pytest.raises(StoreMistake, match="tables that relevo did not make"):
        Store.open(tmp_path, "flights")
    database.close()


def test_a_server_shared_with_other_software_is_no_clash(postgres_url: str) -> None:
    database = Database(place(postgres_url))
    with database.write() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS public.runs (run_uuid TEXT)"))
    database.close()
    with Store.open(postgres_url, "flights shared") as store:
        assert store.runs() == []


def test_sqlite_syncs_every_commit_and_lets_readers_read_while_it_writes(tmp_path: Path) -> None:
    Store.open(tmp_path, "flights").close()
    database = Database(place(tmp_path))
    pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    with database.read() as connection:
        values = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas]
    database.close()
    assert values == ["wal", 2, 1, 30_000]
