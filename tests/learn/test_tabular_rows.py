from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from relevo.errors import DataMistake
from relevo.learn.tabular_rows import read_rows


def objects(*rows: list[Any]) -> np.ndarray:
    array = np.empty((len(rows), len(rows[0])), dtype=object)
    for place, row in enumerate(rows):
        array[place] = row
    return array


def columns(X: Any) -> list[list[Any]]:
    return [column.to_list() for column in read_rows(X).table.data.get_columns()]


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ([1.0, 2.5, float("nan")], [1.0, 2.5, None]),
        ([1, "two", np.nan], ["1", "two", None]),
        ([1.0, "two", None], ["1", "two", None]),
        ([np.int64(3), "a", pd.NA], ["3", "a", None]),
        ([np.float64(1.5), np.float32("nan"), 2], [1.5, None, 2.0]),
        ([True, False, None], [True, False, None]),
        ([True, "x", pd.NaT], ["true", "x", None]),
        ([0.5, {"a": 1}, 1.5], ["0.5", "{'a': 1}", "1.5"]),
        ([date(2026, 1, 2), None, date(2026, 1, 3)], [date(2026, 1, 2), None, date(2026, 1, 3)]),
    ],
)
def test_a_column_of_objects_has_one_type(values: list[Any], wanted: list[Any]) -> None:
    assert columns(objects(*([value] for value in values))) == [wanted]


def test_an_array_of_texts_is_read_like_a_file() -> None:
    array = np.array([[1, "a", "01"], [2, "b", "02"]])
    assert columns(array) == [[1, 2], ["a", "b"], ["01", "02"]]


@pytest.mark.parametrize("kind", ["f2", "f4", "f8", "g", ">f8", "i1", ">i4", "u8", "?"])
def test_every_kind_of_number_is_taken(kind: str) -> None:
    assert columns(np.array([[0], [1]]).astype(kind)) == [[0, 1]]


@pytest.mark.parametrize("unit", ["D", "s", "ms", "us", "ns"])
def test_times_of_every_unit_are_taken(unit: str) -> None:
    array = np.array([["2026-01-02"], ["2026-01-03"]], dtype=f"M8[{unit}]")
    assert columns(array)[0][0] == datetime(2026, 1, 2)


def test_names_are_kept_or_given() -> None:
    assert read_rows(pd.DataFrame({"a": [1], "b": [2]})).named
    unnamed = read_rows(pd.DataFrame([[1, 2]]))
    assert (unnamed.named, unnamed.table.columns) == (False, ("column_0", "column_1"))
    assert read_rows([{"a": 1}, {"a": 2}]).table.columns == ("a",)
    assert read_rows(pl.LazyFrame({"a": [1]})).table.columns == ("a",)


def test_categories_of_pandas_stay_categories_even_numbers() -> None:
    frame = pd.DataFrame({"a": pd.Series([3, 5]).astype("category"), "b": [1, 2]})
    assert read_rows(frame).categories == ("a",)


@pytest.mark.parametrize("X", [None, "rows.csv", 3, [1, 2], pl.Series([1]), [], [[]]])
def test_what_is_no_table_is_refused(X: Any) -> None:
    with pytest.raises(DataMistake):
        read_rows(X)
