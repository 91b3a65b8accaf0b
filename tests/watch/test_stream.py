from __future__ import annotations

from datetime import datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relevo.errors import DataMistake, OptionMistake
from relevo.watch import tally
from relevo.watch.drift import drift
from relevo.watch.reference import Reference
from relevo.watch.stream import DriftStream


def streamed(reference, rows, cuts, **options):
    stream = DriftStream(reference, **options)
    for start, end in zip([0, *cuts], [*cuts, rows.height], strict=True):
        stream.add(rows[start:end])
    return stream.result()


def test_it_finds_what_one_piece_finds_up_to_the_stated_error(drawn):
    before, after = drawn(0, 12_000), drawn(1, 4_000, shift=0.05)
    whole, chunks = drift(before, after), streamed(before, after, range(500, 4000, 500))
    assert [(c.column, c.kind) for c in chunks.columns] == [
        (c.column, c.kind) for c in whole.columns
    ]
    assert chunks.skipped == whole.skipped
    assert (chunks.rows_reference, chunks.rows_current) == (12_000, 4_000)
    assert chunks.alarm == whole.alarm
    assert chunks.p_value == pytest.approx(whole.p_value, rel=0.2, abs=1e-3)
    for one, other in zip(chunks.columns, whole.columns, strict=True):
        assert one.size == pytest.approx(other.size, abs=0.01)
        assert one.psi == pytest.approx(other.psi, abs=1e-9)
        assert one.new_share == pytest.approx(other.new_share)
        assert (one.distance or 0) == pytest.approx(other.distance or 0, abs=0.001)
        if one.kind != "number":
            assert one.p_value == pytest.approx(other.p_value)


@settings(max_examples=10)
@given(st.lists(st.integers(0, 400), max_size=4).map(sorted), st.integers(0, 10**6))
def test_however_the_rows_are_cut_the_result_is_the_same(drawn, cuts, seed):
    before, after = drawn(seed, 300), drawn(seed + 1, 400)
    # running numbers are known by the chunk, which may be too short to tell
    options = {"skip": ["row"]}
    whole, cut = streamed(before, after, [], **options), streamed(before, after, cuts, **options)
    for one, other in zip(cut.columns, whole.columns, strict=True):
        assert (one.p_value, one.psi, one.new_share) == (other.p_value, other.psi, other.new_share)
        assert one.size == pytest.approx(other.size)
    assert cut.p_value == pytest.approx(whole.p_value)


def test_a_saved_reference_serves_many_streams(drawn):
    reference, after = Reference.of(drawn(0, 300)), drawn(1, 200)
    assert streamed(reference, after, [50]) == streamed(reference, after, [50])
    assert streamed(reference, after, [50]) == streamed(drawn(0, 300), after, [50])


def test_memory_is_bounded_by_the_bins(drawn):
    stream = DriftStream(drawn(0, 5000))
    kept = []
    for seed in range(6):
        stream.add(drawn(seed + 1, 3000))
        kept.append(sum(one.bins.counts.nbytes for one in stream._tallies.values() if one.bins))
    assert len(set(kept)) == 1
    assert stream._sample.rows.height == 4000
    assert stream.rows == 18_000


def test_categories_without_end_are_counted_together(monkeypatch):
    monkeypatch.setattr(tally, "MOST_NEW", 5)
    stream = DriftStream({"c": ["a", "b"] * 500})
    for start in range(0, 400, 40):
        stream.add({"c": ["a", "b"] * 20 + [f"new {at}" for at in range(start, start + 10)]})
    found = stream.result().columns[0]
    assert found.new_share == pytest.approx(0.2)
    assert found.alarm
    assert len(stream._tallies["c"].words) <= 10  # both twice, 5 more, and the rest as one


def test_a_chunk_may_be_empty_of_values():
    stream = DriftStream({"x": [1.0, 2.0, 3.0] * 30, "c": ["a", "b", "b"] * 30})
    stream.add({"x": [None, None], "c": [None, None]})
    stream.add({"x": [1.0, 2.0, np.inf], "c": ["b", "a", None]})
    missing = [one for one in stream.result().columns if one.kind == "missing"]
    assert [one.size for one in missing] == pytest.approx([3 / 5, 3 / 5])


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize(
    ("chunk", "key"),
    [
        ({"y": [1.0]}, "watch.missing_column"),
        ({"x": ["word"]}, "watch.type_changed"),
        ({"x": [datetime(2013, 1, 1)]}, "watch.type_changed"),
        ({"x": [1.0]}, "watch.too_few_rows_current"),
    ],
)
def test_mistakes_are_explained(chunk, key, lang):
    stream = DriftStream({"x": [1.0, 2.0, 3.0]})

    def whole() -> None:
        stream.add(chunk)
        stream.result()

    with pytest.raises(DataMistake) as caught:
        whole()
    assert caught.value.key == key
    assert all(caught.value.parts(lang).values())


def test_nothing_to_compare_and_a_bad_level():
    stream = DriftStream({"t": [datetime(2013, 1, 1)] * 3})
    stream.add(pl.DataFrame({"t": [datetime(2013, 1, 2)] * 3}))
    with pytest.raises(DataMistake) as caught:
        stream.result()
    assert caught.value.key == "watch.nothing_to_compare"
    with pytest.raises(OptionMistake):
        DriftStream({"x": [1.0, 2.0]}, alpha=2)
