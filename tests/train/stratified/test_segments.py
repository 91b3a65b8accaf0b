"""Rows by segment, and keys of several keys."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.train.stratified import segments as module
from relevo.train.stratified.segments import Segments, combined, combined_row

KEYS = st.lists(st.integers(0, 12), min_size=1, max_size=120)


@given(KEYS)
def test_the_blocks_hold_every_row_once_in_its_segment(keys: list[int]) -> None:
    segments = Segments.of(np.array(keys))
    found = []
    for block in segments.blocks:
        real = np.ones(block.rows.shape, bool) if block.real is None else block.real
        for number, rows, kept in zip(block.segments, block.rows, real, strict=True):
            assert {keys[row] for row in rows} == {segments.keys[number]}
            found += rows[kept].tolist()
    assert sorted(found) == list(range(len(keys)))


@given(KEYS)
def test_numbers_sizes_and_order(keys: list[int]) -> None:
    segments = Segments.of(np.array(keys))
    assert segments.keys[segments.of_row].tolist() == keys
    assert segments.sizes.tolist() == [keys.count(key) for key in sorted(set(keys))]
    assert [keys[row] for row in segments.order] == sorted(keys)


def test_a_large_segment_lies_in_several_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_CELLS_OF_A_BLOCK", 10)
    segments = Segments.of(np.array([1] * 25 + [2] * 3))
    shapes = sorted(block.rows.shape for block in segments.blocks)
    assert shapes == [(1, 3), (1, 5), (1, 10), (1, 10)]


@given(st.lists(st.integers(0, 2**53 - 1), min_size=0, max_size=3))
def test_one_row_has_the_key_that_it_has_in_a_table(keys: list[int]) -> None:
    numbers = np.array(keys, dtype=np.float64)
    assert combined_row(numbers) == combined(numbers[np.newaxis])[0]


def test_fewer_keys_never_give_what_more_give() -> None:
    numbers = np.array([[5.0, 0.0], [5.0, 1.0]])
    found = {
        *combined(numbers).tolist(),
        *combined(numbers[:, :1]).tolist(),
        combined_row(np.empty(0)),
    }
    assert len(found) == 4
