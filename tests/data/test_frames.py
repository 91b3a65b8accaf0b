from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal

import polars as pl

from relevo.data.frames import normalise


def test_types() -> None:
    frame = pl.DataFrame(
        [
            pl.Series("small", [1, None], dtype=pl.UInt8),
            pl.Series("huge", [2**64 - 1, 1], dtype=pl.UInt64),
            pl.Series("single", [0.5, float("nan")], dtype=pl.Float32),
            pl.Series("decimal", [Decimal("0.1"), None]),
            pl.Series("category", ["x", ""], dtype=pl.Categorical),
            pl.Series("enum", ["x", None], dtype=pl.Enum(["x"])),
            pl.Series("zoned", [datetime(2013, 1, 1, tzinfo=timezone(timedelta(hours=2)))] * 2),
            pl.Series("nano", [datetime(2013, 1, 1)] * 2, dtype=pl.Datetime("ns")),
            pl.Series("time", [time(5), None]),
            pl.Series("duration", [timedelta(minutes=1), None]),
            pl.Series("nothing", [None, None]),
            pl.Series("iso", ["2013-01-01", ""]),
            pl.Series("flag", [True, None]),
        ]
    )
    plain = normalise(frame)
    assert plain.row(0, named=True) == {
        "small": 1,
        "huge": float(2**64),
        "single": 0.5,
        "decimal": 0.1,
        "category": "x",
        "enum": "x",
        "zoned": datetime(2012, 12, 31, 22),
        "nano": datetime(2013, 1, 1),
        "time": "05:00:00",
        "duration": 60.0,
        "nothing": None,
        "iso": date(2013, 1, 1),
        "flag": True,
    }
    assert plain.schema["nothing"] == pl.String
    assert plain.schema["zoned"] == plain.schema["nano"] == pl.Datetime("us")
    assert plain["single"].null_count() == plain["category"].null_count() == 1
    assert normalise(plain).equals(plain)


def test_nested_columns_are_refused(refused) -> None:
    refused("data.nested", normalise, pl.DataFrame({"a": [[1, 2]]}), shown=("a", "List"))
    refused("data.nested", normalise, pl.DataFrame({"a": [b"x"]}), shown=("a", "Binary"))


def test_empty_frame() -> None:
    assert normalise(pl.DataFrame({"a": []}, schema={"a": pl.Int8})).schema == {"a": pl.Int64}
    assert normalise(pl.DataFrame()).width == 0
