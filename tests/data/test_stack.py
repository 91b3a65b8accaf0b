from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest

from relevo.data.stack import stack


def test_order_types_and_empty_columns() -> None:
    frames = {
        "one": pl.DataFrame({"a": [1], "b": [None]}, schema={"a": pl.Int64, "b": pl.String}),
        "two": pl.DataFrame({"b": [2], "a": [2.5]}),
    }
    joined = stack(frames)
    assert joined.lazy().collect().rows() == [(1.0, None), (2.5, 2)]
    assert joined.collect_schema() == {"a": pl.Float64, "b": pl.Int64}


def test_lazy_stays_lazy() -> None:
    frame = pl.DataFrame({"a": [1]})
    joined = stack({"one": frame, "two": frame.lazy()})
    assert isinstance(joined, pl.LazyFrame)
    assert joined.collect().height == 2


@pytest.mark.parametrize(
    ("one", "two", "wanted"),
    [
        (pl.Series([1], dtype=pl.Int8), pl.Series([2], dtype=pl.UInt32), pl.Int64),
        (pl.Series([1]), pl.Series([2**63], dtype=pl.UInt64), pl.Float64),
        (pl.Series([1]), pl.Series(["x"], dtype=pl.Categorical), pl.String),
        (pl.Series([date(2013, 1, 1)]), pl.Series([1]), pl.String),
        (pl.Series([date(2013, 1, 1)]), pl.Series([datetime(2013, 1, 1, 5)]), pl.Datetime("us")),
        (pl.Series([True]), pl.Series([None]), pl.Boolean),
    ],
)
def test_types_widen(one: pl.Series, two: pl.Series, wanted: pl.DataType) -> None:
    frames = {"one": one.alias("a").to_frame(), "two": two.alias("a").to_frame()}
    joined = stack(frames).lazy().collect()
    assert joined["a"].dtype == wanted
    assert joined["a"].null_count() == two.null_count()


def test_mistakes(refused) -> None:
    one, extra = pl.DataFrame({"a": [1]}), pl.DataFrame({"a": [1], "b": [2]})
    refused("data.columns_differ", stack, {"x": one, "y": extra}, shown=("x", "y", "b"))
    refused("data.columns_differ", stack, {"x": extra, "y": one}, shown=("x", "y", "b"))
    records = pl.DataFrame({"a": [{"z": 1}]})
    refused("data.types_differ", stack, {"x": one, "y": records}, shown=("a", "Int64"))
