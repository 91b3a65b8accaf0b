from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from relevo.watch.reservoir import Reservoir


def rows_of(sample):
    return sample.rows["row"].to_list()


@given(st.lists(st.integers(0, 30), min_size=1, max_size=8))
def test_the_same_rows_stay_however_the_stream_is_cut(lengths):
    whole, cut = Reservoir(10, seed=1), Reservoir(10, seed=1)
    whole.add(pl.DataFrame({"row": np.arange(sum(lengths))}))
    start = 0
    for length in lengths:
        cut.add(pl.DataFrame({"row": np.arange(start, start + length)}))
        start += length
    assert sorted(rows_of(cut) if start else []) == sorted(rows_of(whole) if start else [])
    assert not start or len(rows_of(cut)) == min(10, start)


def test_every_row_has_the_same_chance():
    stayed = np.zeros(40)
    for seed in range(1000):
        sample = Reservoir(10, seed)
        for start in range(0, 40, 8):
            sample.add(pl.DataFrame({"row": np.arange(start, start + 8)}))
        stayed[rows_of(sample)] += 1
    # 250 of 1,000 each; five binomial standard errors (13.7), because there are forty rows
    assert np.abs(stayed - 250).max() < 69


def test_a_column_that_was_missing_takes_the_later_type():
    sample = Reservoir(10)
    sample.add(pl.DataFrame({"x": pl.Series([None, None], dtype=pl.String)}))
    sample.add(pl.DataFrame({"x": [1.5]}))
    assert sample.rows.height == 3
