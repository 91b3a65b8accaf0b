from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from relevo.data.table import Table
from relevo.errors import DataMistake
from relevo.watch.sample import Sample
from relevo.watch.tally import Tally

COLUMNS = ("plain", "gaps", "few", "word", "holes")


@pytest.mark.parametrize("name", COLUMNS)
def test_tallies_add_up_and_are_taken_away(drawn, name):
    before, chunks = drawn(0, 400), [drawn(1, 100), drawn(2, 150)]
    nothing = Tally.of(Sample(before).side(name))
    one, other = (nothing.with_column(chunk[name]) for chunk in chunks)
    both = one.with_tally(other)
    whole = nothing.with_column(pl.concat(chunks)[name])
    assert (both.rows, both.known, both.words) == (whole.rows, whole.known, whole.words)
    back = both.with_tally(other, -1)
    assert (back.rows, back.known, back.words) == (one.rows, one.known, one.words)
    if one.bins is not None:
        assert both.bins.counts.tolist() == whole.bins.counts.tolist()
        assert back.bins.counts.tolist() == one.bins.counts.tolist()


@pytest.mark.parametrize("name", COLUMNS)
def test_the_reference_is_counted_as_if_it_had_come(drawn, name):
    before = Table.of(drawn(0, 400)).data
    nothing = Tally.of(Sample(before).side(name))
    counted, came = nothing.of_reference(), nothing.with_column(before[name])
    assert (counted.rows, counted.known, counted.words) == (came.rows, came.known, came.words)
    if came.bins is not None:
        assert counted.bins.counts.tolist() == came.bins.counts.tolist()


def test_a_side_has_the_sampled_rows(drawn):
    tally = Tally.of(Sample(drawn(0, 300)).side("word")).with_column(
        pl.Series(["a", "b", None, "z"])
    )
    side = tally.side(pl.Series(["z", "b", None, "lost"]))
    assert (side.rows, side.known, side.names) == (4, 3, ("a", "b", "z"))
    assert side.counts.tolist() == [1, 1, 1]
    assert side.sampled[:2].tolist() == [2, 1]
    assert np.isnan(side.sampled[2:]).all()


def test_another_type_is_refused_but_nothing_is_not(drawn):
    tally = Tally.of(Sample(drawn(0, 300)).side("plain"))
    assert tally.with_column(pl.Series([None, None], dtype=pl.String)).counted().missing == 2
    with pytest.raises(DataMistake) as caught:
        tally.with_column(pl.Series("plain", ["word"]))
    assert caught.value.key == "watch.type_changed"


def test_running_numbers_are_known_by_their_chunks():
    nothing = Tally.of(Sample({"row": np.arange(50)}).side("row"))
    running = nothing.with_column(pl.Series(np.arange(50, 100)))
    assert running.counted().kind == "running"
    assert running.with_column(pl.Series([7, 7])).counted().kind == "number"
