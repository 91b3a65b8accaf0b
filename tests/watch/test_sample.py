from __future__ import annotations

import numpy as np
import pytest

from relevo.watch.sample import Sample, sampled_of


def test_columns_are_ordered_and_counted_once(drawn):
    rows = drawn(0, 500)
    sample = Sample(rows)
    assert (sample.rows, sample.columns) == (500, tuple(rows.columns))
    gaps, holes, none = sample.side("gaps"), sample.side("holes"), sample.side("none")
    assert (np.diff(gaps.values) >= 0).all()
    assert gaps.known + gaps.missing == 500
    assert gaps.deviation == pytest.approx(gaps.values.std())
    assert holes.names == ("x", "y")
    assert holes.counts.tolist() == [(rows["holes"] == name).sum() for name in ("x", "y")]
    assert (none.known, none.missing, none.names) == (0, 500, ())


def test_what_is_not_compared_has_a_kind_of_its_own(drawn):
    sample = Sample(drawn(0, 300).with_columns(id=np.arange(300).astype(str)))
    kinds = {name: sample.side(name).kind for name in ("day", "row", "id", "word", "flag")}
    assert kinds == {
        "day": "date", "row": "running", "id": "name", "word": "category", "flag": "number",
    }  # fmt: skip


def test_the_sampled_rows_are_the_same_in_every_column():
    values = np.arange(9000)
    sample = Sample({"a": values * 1.0, "b": values.astype(str), "c": values % 3}, seed=4)
    numbers, words, few = (sample.side(name) for name in "abc")
    assert len(numbers.sampled) == sampled_of(3) == 4000
    assert [words.names[int(at)] for at in words.sampled] == numbers.sampled.astype(int).astype(
        str
    ).tolist()
    assert (few.sampled == numbers.sampled % 3).all()
    assert (Sample({"a": values}, seed=4).side("a").sampled == numbers.sampled).all()


@pytest.mark.parametrize(("columns", "rows"), [(1, 4000), (200, 10_000), (5000, 20_000)])
def test_more_columns_take_more_rows(columns, rows):
    assert sampled_of(columns) == rows


def test_missing_ones_are_no_number_in_the_sampled_rows():
    sample = Sample({"x": [1.0, None, np.inf], "c": ["a", None, "b"]})
    assert np.isnan(sample.side("x").sampled).tolist() == [False, True, True]
    assert np.isnan(sample.side("c").sampled).tolist() == [False, True, False]


def test_skipped_columns_are_left_out():
    assert Sample({"x": [1.0], "y": [2.0]}, skip=["x", "z"]).columns == ("y",)
