from __future__ import annotations

import gzip
import sqlite3
from pathlib import Path

import polars as pl
import pytest

from relevo.data.sources import READERS, read
from relevo.problem.problem import Source

FRAME = pl.DataFrame({"a": [1, 2], "b": ["x", "y"]})


def rows(source: object, folder: Path | None = None) -> list[tuple[object, ...]]:
    return read(source, folder).lazy().collect().rows()


@pytest.mark.parametrize("ending", READERS)
def test_every_ending(tmp_path: Path, ending: str) -> None:
    if ending in (".xls", ".xlsb", ".ods"):
        return  # nothing here writes them; they go the way of .xlsx
    path = tmp_path / f"rows{ending.upper()}"
    match ending.split(".")[1]:
        case "csv" | "tsv" as kind:
            content = FRAME.write_csv(separator="," if kind == "csv" else "\t").encode()
            path.write_bytes(gzip.compress(content) if ending.endswith("gz") else content)
        case "parquet" | "pq":
            FRAME.write_parquet(path)
        case "jsonl" | "ndjson":
            FRAME.write_ndjson(path)
        case "json":
            FRAME.write_json(path)
        case "xlsx":
            FRAME.write_excel(path)
    assert rows(str(path)) == FRAME.rows()


def test_folder_glob_and_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "month"
    folder.mkdir()
    FRAME.write_csv(folder / "1.csv")
    (folder / "2.csv.gz").write_bytes(gzip.compress(FRAME.write_csv().encode()))
    (folder / "_SUCCESS").write_text("")
    (folder / ".hidden.csv").write_text("x")
    (folder / "notes.md").write_text("x")
    assert rows(folder) == FRAME.rows() * 2
    assert rows("month", tmp_path) == FRAME.rows() * 2
    assert rows(Source(path="month/*.csv"), tmp_path) == FRAME.rows()
    assert rows("*/*.csv*", tmp_path) == FRAME.rows() * 2
    monkeypatch.chdir(folder)
    assert rows("1.csv") == FRAME.rows()


def test_a_file_without_rows_among_others(tmp_path: Path) -> None:
    FRAME.write_csv(tmp_path / "1.csv")
    (tmp_path / "2.csv").write_text("a,b\n")
    assert rows(tmp_path) == FRAME.rows()


def test_database(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "a.db")
    with database:
        database.execute("CREATE TABLE t AS SELECT 1 AS a")
    database.close()
    assert rows(Source(url="sqlite:///a.db", query="SELECT a FROM t"), tmp_path) == [(1,)]


@pytest.mark.parametrize(
    ("source", "key", "shown"),
    [
        ("flihgts.csv", "data.missing_file", ("flihgts.csv", "flights.csv")),
        ("nowhere/rows.csv", "data.missing_file", ("nowhere",)),
        ("*.xls", "data.missing_file", ("*.xls",)),
        ("rows.cvs", "data.unknown_ending", ("rows.cvs", ".csv", ".parquet")),
        ("rows", "data.unknown_ending", ("rows",)),
        ("header.csv", "data.no_rows", ("header.csv", "a, b")),
        ("empty.csv", "data.empty_file", ("empty.csv",)),
        ("header.parquet", "data.no_rows", ("header.parquet", "a, b")),
        ("nothing.json", "data.no_rows", ("nothing.json",)),
        ("broken.csv.gz", "data.unreadable", ("broken.csv.gz",)),
        ("cut.csv.gz", "data.unreadable", ("cut.csv.gz",)),
        ("void", "data.nothing_to_read", ("void", ".csv")),
        ("mixed", "data.mixed_kinds", ("mixed", "1 .csv", "1 .parquet")),
        ("sqlite:///a.db", "data.no_query", ("sqlite",)),
        (Source(url="sqlite:///a.db"), "data.no_query", ("sqlite",)),
        (Source(), "data.no_source", ("url",)),
        (None, "data.unknown_object", ("NoneType",)),
    ],
)
def test_mistakes(tmp_path: Path, refused, source: object, key: str, shown: tuple) -> None:
    for name in ("flights.csv", "rows.cvs", "rows", "mixed/a.csv", "void/notes.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        FRAME.write_csv(tmp_path / name)
    FRAME.write_parquet(tmp_path / "mixed/b.parquet")
    FRAME.clear().write_parquet(tmp_path / "header.parquet")
    (tmp_path / "header.csv").write_text("a,b\n")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "nothing.json").write_text("[]")
    (tmp_path / "broken.csv.gz").write_text("a,b\n1,2\n")
    (tmp_path / "cut.csv.gz").write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 99)[:-9])
    refused(key, read, source, tmp_path, shown=shown)
