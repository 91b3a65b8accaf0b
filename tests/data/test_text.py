from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest

from relevo.data.text import COMMA_KINDS, DATES, typed


def read(values: list[str | None], **options: object) -> list[object]:
    return typed(pl.DataFrame({"a": values}), **options)["a"].to_list()


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (["1", "-2", None], [1, -2, None]),
        (["1", "2.5e3"], [1.0, 2500.0]),
        (["99999999999999999999", "1"], [1e20, 1.0]),
        (["inf", "-1"], [float("inf"), -1.0]),
        (["true", "FALSE", "True"], [True, False, True]),
        (["0", "0.5"], [0.0, 0.5]),
        (["08001", "2"], ["08001", "2"]),
        (["1,5", "2"], ["1,5", "2"]),
        (["2013-01-31", None], [date(2013, 1, 31), None]),
        (["2013-01-31", "2013-02-30"], ["2013-01-31", "2013-02-30"]),
        (["2013-01-31 05:00"], [datetime(2013, 1, 31, 5)]),
        (["2013-01-31T05:00:01", "2013-01-31T05:00:01.5"], None),
        (["2013-01-31 05:00", "2013-01-31"], ["2013-01-31 05:00", "2013-01-31"]),
        (["01/02/2013"], ["01/02/2013"]),
        (["x", "1"], ["x", "1"]),
        ([None, None], [None, None]),
    ],
)
def test_what_text_says(values: list[str | None], wanted: list[object] | None) -> None:
    fraction = [datetime(2013, 1, 31, 5, 0, 1), datetime(2013, 1, 31, 5, 0, 1, 500_000)]
    assert read(values) == (fraction if wanted is None else wanted)


def test_offsets_become_one_zone() -> None:
    column = typed(pl.DataFrame({"a": ["2013-01-01T05:00:00Z", "2013-01-01T07:00:00+02:00"]}))["a"]
    assert column.dtype == pl.Datetime("us", "UTC")
    assert column.n_unique() == 1


def test_decimal_comma_and_dates_only() -> None:
    assert read(["1,5", "2"], kinds=COMMA_KINDS) == [1.5, 2.0]
    assert read(["1", "2"], kinds=DATES) == ["1", "2"]


@pytest.mark.parametrize("last", ["2.5", "x", "2013-01-01", None])
def test_lazy_says_the_same(last: str | None) -> None:
    frame = pl.DataFrame(
        {"a": ["1"] * 2000 + [last], "b": [None] * 2001}, schema={"a": str, "b": str}
    )
    assert typed(frame.lazy()).collect().equals(typed(frame))
