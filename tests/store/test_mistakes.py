from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from relevo.errors import MissingExtra, StoreMistake
from relevo.store.database import Database
from relevo.store.place import place
from relevo.store.records import DecisionRecord
from relevo.store.store import Store

NOW = datetime(2013, 4, 1, tzinfo=UTC)


def pragma(store: Store, statement: str) -> None:
    connection = store._database.engine.raw_connection()
    connection.cursor().execute(f"PRAGMA {statement}").fetchall()
    connection.close()  # back to the pool, which hands the same one out again


def long_decision() -> DecisionRecord:
    return DecisionRecord("keep", "no better " * 10_000, None, None, {}, NOW)


@pytest.fixture
def local(tmp_path: Path) -> Store:
    return Store.open(tmp_path, "flights")


def test_a_full_disk_is_said_and_loses_nothing(local: Store) -> None:
    local.add_decision(DecisionRecord("keep", "first", None, None, {}, NOW))
    pragma(local, "max_page_count = 1")  # that is: no page more than there are
    with pytest.raises(StoreMistake, match="no room left") as caught:
        local.add_decision(long_decision())
    assert caught.value.key == "store.full"
    assert [decision.why for decision in local.decisions()] == ["first"]
    pragma(local, "max_page_count = 1000000")
    local.add_decision(long_decision())
    assert len(local.decisions()) == 2
    local.close()


def test_a_store_that_may_only_be_read_is_said(local: Store) -> None:
    pragma(local, "query_only = ON")
    assert local.runs() == []
    with pytest.raises(StoreMistake) as caught:
        local.begin_run("train", NOW)
    assert caught.value.key == "store.read_only"
    local.close()


def test_a_busy_store_is_said(local: Store, tmp_path: Path) -> None:
    other = Database(place(tmp_path))
    pragma(local, "busy_timeout = 0")
    with other.write():
        assert local.runs() == []  # reading goes on
        with pytest.raises(StoreMistake) as caught:
            local.begin_run("train", NOW)
    assert caught.value.key == "store.busy"
    local.begin_run("train", NOW)
    other.close()
    local.close()


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(b"carrier,late\nAA,1\n" * 1000)
    with pytest.raises(StoreMistake) as caught:
        Store.open(tmp_path, "flights")
    assert caught.value.key == "store.damaged"


def test_a_database_with_broken_pages_is_said(local: Store, tmp_path: Path) -> None:
    local.close()
    file = tmp_path / "store.db"
    whole = file.read_bytes()
    file.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
    with pytest.raises(StoreMistake) as caught:
        Store.open(tmp_path, "flights")
    assert caught.value.key == "store.damaged"


def test_a_place_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for where in (tmp_path / "file" / "folder", f"sqlite:///{tmp_path}/file/store.db"):
        with pytest.raises(StoreMistake) as caught:
            Store.open(where, "flights")
        assert caught.value.key == "store.unreachable"


def test_a_server_that_does_not_answer_is_said_without_the_password() -> None:
    for url in (
        "//ana:hunter2@127.0.0.1:1/models",
        "//127.0.0.1:1/models?user=ana&password=hunter2",
    ):
        with pytest.raises(StoreMistake) as caught:
            Store.open(f"postgresql:{url}", "flights")
        assert caught.value.key == "store.unreachable"
        assert "127.0.0.1" in str(caught.value)
        assert "hunter2" not in str(caught.value)


def test_a_database_that_the_server_does_not_have_is_said(postgres_url: str) -> None:
    url = place(postgres_url).set(database="nowhere").render_as_string()
    with pytest.raises(StoreMistake, match="nowhere") as caught:
        Store.open(url, "flights")
    assert caught.value.key == "store.unreachable"


@pytest.mark.parametrize(
    ("code", "key"),
    [("53100", "full"), ("25006", "read_only"), ("40P01", "busy"), ("XX000", "failed")],
)
def test_what_postgresql_refuses_is_said(postgres_url: str, code: str, key: str) -> None:
    database = Database(place(postgres_url))
    refuse = text(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END $$")
    with pytest.raises(StoreMistake) as caught, database.write() as connection:
        connection.execute(refuse)
    database.close()
    assert caught.value.key == f"store.{key}"
    assert caught.value.parts("es")["expected"]


def test_a_broken_constraint_is_a_bug_and_stays_one(store: Store) -> None:
    with pytest.raises(IntegrityError), store._database.write() as connection:
        connection.execute(
            text("INSERT INTO aliases VALUES (:project, 'champion', 7)"), {"project": store.project}
        )


def test_a_missing_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    with pytest.raises(MissingExtra, match=r"relevo\[postgres\]"):
        Store.open("postgresql://127.0.0.1:1/models", "flights")
