"""Which faults of an arriving batch keep a model from learning from it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import relevo
from relevo.cycle.surely_false import surely_false

from .conftest import world

HIT = pl.col("z") > 1.5  # of a normal variable: 7 % of the rows
ROWS = world(2)

FALSE = {
    "another unit": (ROWS.with_columns(pl.col("x") * 1000), "x"),
    "a value that stands in": (
        ROWS.with_columns(x=pl.when(HIT).then(-999.0).otherwise(pl.col("x"))),
        "x",
    ),
    "another spelling": (ROWS.with_columns(pl.col("city").str.to_uppercase()), "city"),
}


@pytest.mark.parametrize("name", FALSE)
def test_values_that_are_false_are_found(name: str, changing: Path) -> None:
    rows, column = FALSE[name]
    with relevo.open(changing) as project:
        (found,) = surely_false(project, rows)
    assert (found.column, found.rule) == (column, "fault")
    assert column in found.got


HARMLESS = {
    "as ever": ROWS,
    "another relation": world(2, slope=-2.0),
    "a population that has moved": ROWS.with_columns(pl.col("x") + 2.0, city=pl.lit("c")),
    "a column that stands still": ROWS.with_columns(x=pl.lit(0.5)),
    "missing values": ROWS.with_columns(x=pl.when(HIT).then(None).otherwise(pl.col("x"))),
    "rows that came twice": pl.concat([ROWS, ROWS.head(200)]),
    "no times": ROWS.with_columns(time=pl.lit(None, pl.Datetime("us"))),
    "one row": ROWS.head(1),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_no_value_is_false_for_is_let_in(name: str, changing: Path) -> None:
    with relevo.open(changing) as project:
        assert surely_false(project, HARMLESS[name]) == []
