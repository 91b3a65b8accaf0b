from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import polars as pl
import pytest

from relevo.data.values import column


@pytest.mark.parametrize(
    ("values", "wanted", "dtype"),
    [
        ([1, None], [1, None], pl.Int64),
        ([True, None], [True, None], pl.Boolean),
        ([1, 2.5], [1.0, 2.5], pl.Float64),
        ([Decimal("0.1"), Decimal("2.257"), None, 3], [0.1, 2.257, None, 3.0], pl.Float64),
        ([1, "x", None], ["1", "x", None], pl.String),
        ([date(2013, 1, 1), "x"], ["2013-01-01", "x"], pl.String),
        ([UUID(int=1), None], [str(UUID(int=1)), None], pl.String),
        ([None, None], [None, None], pl.Null),
        ([], [], pl.Null),
    ],
)
def test_column(values: list[object], wanted: list[object], dtype: pl.DataType) -> None:
    series = column("a", values)
    assert series.to_list() == wanted
    assert series.dtype == dtype
