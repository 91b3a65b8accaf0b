from __future__ import annotations

import polars as pl
import pytest

from relevo.data.usual import usual_boolean, usual_category, usual_number


@pytest.mark.parametrize(
    ("values", "usual"),
    [
        ([1.0, 2.0, 10.0], 2.0),
        ([1.0, None, 2.0, float("nan"), float("inf")], 1.5),
        ([None, None], None),
        ([float("inf")], None),
        ([], None),
    ],
)
def test_a_number_is_the_median(values: list[float | None], usual: float | None) -> None:
    assert usual_number(pl.Series(values, dtype=pl.Float64)) == usual


@pytest.mark.parametrize(
    ("values", "usual"),
    [
        ([True, False, False, None], False),
        ([True, False], True),
        ([None], None),
        ([], None),
    ],
)
def test_a_boolean_is_the_more_frequent(values: list[bool | None], usual: bool | None) -> None:
    assert usual_boolean(pl.Series(values, dtype=pl.Boolean)) is usual


@pytest.mark.parametrize(
    ("counts", "usual"),
    [
        ({"b": 3, "a": 2}, "b"),
        ({"b": 2, "a": 2, "c": 1}, "a"),
        ({"b": 1, "a": 1}, None),
        ({}, None),
    ],
)
def test_a_category_is_the_most_frequent(counts: dict[str, int], usual: str | None) -> None:
    table = pl.DataFrame(
        {"text": [*counts], "count": [*counts.values()]},
        schema={"text": pl.String, "count": pl.UInt32},
    )
    assert usual_category(table) == usual
