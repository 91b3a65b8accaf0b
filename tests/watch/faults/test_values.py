from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from relevo.watch.faults.sides import Sides
from relevo.watch.faults.values import values_at_fault


def numbers(seed: int, rows: int = 800) -> pl.Series:
    return pl.Series(np.random.default_rng(seed).normal(50, 10, rows).round(1))


def with_part(values: pl.Series, value: float | None, share: float) -> pl.Series:
    hit = np.random.default_rng(9).random(len(values)) < share
    return pl.select(pl.when(pl.Series(hit)).then(pl.lit(value)).otherwise(values)).to_series()


def kinds(before: pl.Series, now: pl.Series) -> list[str]:
    return [one.kind for one in values_at_fault(Sides("x", before, now))]


@pytest.mark.parametrize(("value", "share"), [(-999.0, 0.03), (0.0, 0.1), (52.3, 0.4)])
def test_a_value_that_stands_in_is_found(value: float, share: float) -> None:
    assert kinds(numbers(0), with_part(numbers(1), value, share)) == ["filler"]


def test_what_was_there_before_is_no_fault() -> None:
    filled = with_part(numbers(0), -999.0, 0.1)
    assert kinds(filled, with_part(numbers(1), -999.0, 0.1)) == []
    assert kinds(with_part(numbers(0), None, 0.3), with_part(numbers(1), None, 0.4)) == []


def test_a_column_that_stands_still_or_is_gone() -> None:
    assert kinds(numbers(0), pl.Series([50.0] * 100)) == ["constant"]
    assert kinds(numbers(0), pl.Series([None] * 100, dtype=pl.Float64)) == ["missing"]
    assert kinds(numbers(0), pl.Series([50.0] * 5)) == []
    mostly = pl.Series([1.0] * 390 + [2.0] * 10)
    assert kinds(mostly, pl.Series([1.0] * 100)) == []


def test_words_that_say_nothing() -> None:
    before = pl.Series(["a", "b", "c", "d"] * 50)
    assert kinds(before, pl.Series(["a", "b", "n/a", "d"] * 50)) == ["filler"]
    assert kinds(before, pl.Series(["a", "b", "e", "d"] * 50)) == []
