from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from relevo.data.table import Table
from relevo.problem.problem import Problem, Roles, Source

FRAME = pl.DataFrame({"day": ["2013-01-02", "2013-01-01", None], "n": [1, 2, 3]})


def test_of_a_path_is_lazy_and_read_once(tmp_path: Path) -> None:
    FRAME.write_parquet(tmp_path / "a.parquet")
    table = Table.of("a.parquet", Roles(time="day"), tmp_path)
    assert isinstance(table.frame, pl.LazyFrame)
    assert table.columns == ("day", "n")
    assert table.rows == len(table) == 3
    assert table.data is table.data
    assert table.data["day"].to_list() == [date(2013, 1, 2), date(2013, 1, 1), None]
    assert table.fingerprint == Table.of(FRAME).fingerprint


def test_roles_come_from_the_problem() -> None:
    problem = Problem(
        name="p", task="regression", target="n", data=Source(path="x"), roles=Roles(time="day")
    )
    table = Table.of(FRAME, problem)
    assert table.roles.time == "day"
    assert Table.of(table) is table
    assert Table.of(table, Roles(id="n")).roles.id == "n"
    assert Table.of(FRAME).roles == Roles()


def test_parts() -> None:
    table = Table.of(FRAME, Roles(time="day"))
    assert table.take(np.array([2, 0])).data["n"].to_list() == [3, 1]
    assert table.take(slice(1, None)).rows == 2
    assert table.filter(pl.col("day") > date(2013, 1, 1)).data["n"].to_list() == [1]
    assert table.filter(np.array([True, False, True])).data["n"].to_list() == [1, 3]
    assert table.head(2).roles.time == "day"
    assert table.head(2).fingerprint == Table.of(FRAME.head(2)).fingerprint
    assert table.select(["n"]).columns == ("n",)


def test_select_keeps_a_scan(tmp_path: Path) -> None:
    FRAME.write_parquet(tmp_path / "a.parquet")
    table = Table.of(tmp_path / "a.parquet").select(["day"])
    assert isinstance(table.frame, pl.LazyFrame)
    assert table.data.columns == ["day"]


def test_part_of_a_mixed_column_keeps_its_type() -> None:
    table = Table.of({"a": ["2013-01-01", "01/02/2013"]})
    assert table.head(1).data["a"].to_list() == ["2013-01-01"]


def test_concat(refused) -> None:
    one = Table.of({"a": [1], "b": [None]}, Roles(id="a"))
    joined = Table.concat([one, Table.of({"b": [2], "a": [2.5]})])
    assert joined.data.to_dict(as_series=False) == {"a": [1.0, 2.5], "b": [None, 2]}
    assert joined.roles.id == "a"
    refused("data.columns_differ", Table.concat, [one, one.select(["a"])], shown=("[2]", "b"))


def test_missing_columns(refused) -> None:
    table = Table.of(FRAME)
    table.require(["n", "day"])
    mistake = refused("data.missing_columns", table.require, ["dya", "m"], shown=("dya, m", "day"))
    assert "Did you mean day?" in mistake.parts("en")["todo"]
    refused("data.missing_columns", table.select, ["m"], shown=("m",))


def test_file_that_changed_after_it_was_opened(tmp_path: Path, refused) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame({"a": range(100_000)}).write_parquet(path)
    table = Table.of(path)
    content = bytearray(path.read_bytes())
    content[4:2000] = b"\xff" * 1996
    path.write_bytes(content)
    refused("data.unreadable_rows", lambda: table.data)


@pytest.mark.parametrize("nested", [[[1]], [{"b": 1}]])
def test_nested(refused, nested: list[object]) -> None:
    refused("data.nested", Table.of, {"a": nested}, shown=("a",))
