from __future__ import annotations

import sqlite3
import sys
from datetime import date, datetime
from pathlib import Path

import polars as pl
import psycopg
import pytest

from relevo.data import sql
from relevo.data.frames import normalise
from relevo.data.sql import read_sql

SECRET = "s3cr%40t"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    database = sqlite3.connect(tmp_path / "a.db")
    with database:
        database.execute("CREATE TABLE rows (n INTEGER, x REAL, who TEXT, day DATE, any)")
        database.executemany(
            "INSERT INTO rows VALUES (?, ?, ?, ?, ?)",
            [(1, 1.0, "ñ", "2013-01-01", 1), (None, None, "", None, "x"), (3, 2.5, "z", None, 2)],
        )
    database.close()
    return tmp_path


@pytest.mark.parametrize("chunk", [1, 2, 50_000])
def test_sqlite(folder: Path, monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(sql, "_CHUNK", chunk)
    frame = read_sql("sqlite:///a.db", "-- all\n/* of */ SELECT * FROM rows", folder)
    assert normalise(frame).to_dict(as_series=False) == {
        "n": [1, None, 3],
        "x": [1.0, None, 2.5],
        "who": ["ñ", None, "z"],
        "day": [date(2013, 1, 1), None, None],
        "any": ["1", "x", "2"],
    }


def test_query_is_passed_as_it_is(folder: Path) -> None:
    query = "WITH a AS (SELECT '%s :x 100%' AS b) SELECT b FROM a"
    assert read_sql("sqlite:///a.db", query, folder).rows() == [("%s :x 100%",)]


def test_absolute_path(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    assert read_sql(f"sqlite:///{folder / 'a.db'}", "SELECT n FROM rows", elsewhere).height == 3


@pytest.mark.parametrize(
    ("url", "query", "key", "shown"),
    [
        ("sqlite:///a.db", "DROP TABLE rows", "data.not_a_select", ("DROP TABLE rows",)),
        ("sqlite:///a.db", "", "data.not_a_select", ()),
        ("sqlite:///a.db", "SELECT colour FROM rows", "data.bad_query", ("colour",)),
        ("sqlite:///a.db", "SELECT 1; DROP TABLE rows", "data.bad_query", ("one statement",)),
        ("sqlite:///a.db", "WITH a AS (SELECT 1) DELETE FROM rows", "data.bad_query", ("read",)),
        ("sqlite:///a.db", "SELECT n FROM rows WHERE n > 9", "data.no_query_rows", ("a.db",)),
        ("sqlite:///a.db", "SELECT n, x AS n FROM rows", "data.duplicate_name", ("n",)),
        ("sqlite:///b.db", "SELECT 1", "data.missing_database", ("b.db",)),
        ("sqlit:///a.db", "SELECT 1", "data.unknown_database", ("sqlit", "sqlite")),
        (f"what is:{SECRET}", "SELECT 1", "data.bad_url", ()),
        (f"postgresql://me:{SECRET}@127.0.0.1:1/x", "SELECT 1", "data.no_connection", ("***",)),
        (f"mysql+pymysql://me:{SECRET}@h/x", "SELECT 1", "data.no_driver", ("pymysql",)),
    ],
)
def test_mistakes(folder: Path, refused, url: str, query: str, key: str, shown: tuple) -> None:
    mistake = refused(key, read_sql, url, query, folder, shown=shown)
    told = " ".join([*mistake.parts("en").values(), *mistake.parts("es").values()])
    assert "s3cr" not in told
    assert not (folder / "b.db").exists()


def test_not_a_database(folder: Path, refused) -> None:
    (folder / "c.db").write_text("hello " * 1000)
    refused(
        "data.bad_query", read_sql, "sqlite:///c.db", "SELECT * FROM t", folder, shown=("c.db",)
    )


def test_missing_driver(folder: Path, refused, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    url = f"postgresql://me:{SECRET}@127.0.0.1:1/x"
    refused("words.missing_extra", read_sql, url, "SELECT 1", folder, shown=("relevo[postgres]",))


def test_postgresql(postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "_CHUNK", 2)
    query = """
        SELECT i AS n, i::numeric / 4 AS x, 'ñ%s :y' AS who, i > 1 AS late,
               DATE '2013-01-01' AS day, TIMESTAMPTZ '2013-01-01 05:00+02' AS at,
               interval '90 s' AS lasting,
               '00000000-0000-0000-0000-000000000001'::uuid AS id, NULL AS nothing
        FROM generate_series(1, 5) AS i
    """
    frame = normalise(read_sql(postgres_url, query, tmp_path))
    assert frame.height == 5
    assert frame.row(1, named=True) == {
        "n": 2,
        "x": 0.5,
        "who": "ñ%s :y",
        "late": True,
        "day": date(2013, 1, 1),
        "at": datetime(2013, 1, 1, 3),
        "lasting": 90.0,
        "id": "00000000-0000-0000-0000-000000000001",
        "nothing": None,
    }
    assert frame["n"].dtype == pl.Int64


def test_postgresql_only_reads(postgres_url: str, tmp_path: Path, refused) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS a")
    query = "WITH gone AS (DELETE FROM kept RETURNING a) SELECT * FROM gone"
    refused("data.bad_query", read_sql, postgres_url, query, tmp_path)
    refused("data.bad_query", read_sql, postgres_url, "SELECT b FROM kept", tmp_path, shown=("b",))
    assert read_sql(postgres_url, "SELECT a FROM kept", tmp_path).rows() == [(1,)]
