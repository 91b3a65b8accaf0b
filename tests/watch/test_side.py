from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from relevo.watch.bins import Bins
from relevo.watch.side import Side, date_side, number_side, word_side


def test_numbers_are_in_order_and_what_is_none_is_missing():
    column = pl.Series([3.0, None, np.inf, -1.0, np.nan, 2.0])
    side = number_side(column, np.array([0, 1, 2, 3]))
    assert side.values.tolist() == [-1.0, 2.0, 3.0]
    assert (side.rows, side.known, side.missing) == (6, 3, 3)
    assert side.deviation == pytest.approx(np.std([3.0, -1.0, 2.0]))
    np.testing.assert_array_equal(side.sampled, [3.0, np.nan, np.nan, -1.0])


@pytest.mark.parametrize("values", [[], [None, None], [np.nan, np.inf]])
def test_a_column_without_a_number_has_neither_values_nor_spread(values):
    side = number_side(pl.Series(values, dtype=pl.Float64), np.arange(0))
    assert (side.known, side.missing, side.deviation) == (0, len(values), 0.0)
    assert side.values.size == 0


def test_numbers_of_rows_are_known_by_their_order():
    counted, other = pl.Series(np.arange(50)), pl.Series([5, 3, 3, 9] * 10)
    assert number_side(counted, np.arange(50)).kind == "running"
    assert number_side(other, np.arange(40)).kind == "number"


def test_words_are_counted_and_sampled_by_their_place():
    column = pl.Series(["b", None, "a", "b"] * 5)
    side = word_side(column, {"b": 10, "a": 5}, np.array([0, 1, 2]))
    assert (side.kind, side.names, side.counts.tolist()) == ("category", ("a", "b"), [5, 10])
    assert (side.rows, side.known, side.missing) == (20, 15, 5)
    np.testing.assert_array_equal(side.sampled, [1.0, np.nan, 0.0])


def test_words_that_are_nearly_all_different_are_names():
    words = [f"row {at}" for at in range(40)]
    side = word_side(pl.Series(words), dict.fromkeys(words, 1), np.arange(40))
    assert side.kind == "name"


def test_dates_are_not_compared():
    side = date_side(pl.Series([None, "2025-01-01"]).str.to_date())
    assert (side.kind, side.rows, side.missing) == ("date", 2, 1)
    assert side.sampled.size == 0


def test_what_takes_the_memory_can_be_left_out():
    side = number_side(pl.Series(np.arange(20.0) ** 2), np.arange(5))
    slim = side.sampled_only()
    assert slim.values.size == 0
    assert (slim.known, slim.deviation) == (side.known, side.deviation)
    np.testing.assert_array_equal(slim.sampled, side.sampled)


def test_numbers_of_a_stream_are_in_bins():
    bins = Bins.between(np.array([1.0, 2.0]))
    assert Side("number", "Float64", 3, 3, bins=bins).numbers is bins
    side = number_side(pl.Series([2.0, 1.0]), np.arange(2))
    assert side.numbers is side.values
