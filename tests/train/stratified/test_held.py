"""Rows held back, whatever their order."""

from __future__ import annotations

from typing import Any

import numpy as np

from relevo.train.stratified.held import held_back, marks_of
from relevo.train.stratified.segments import Segments

RANDOM = np.random.default_rng(0)
X, Y, KEYS = RANDOM.normal(size=(600, 2)), RANDOM.normal(size=600), RANDOM.integers(0, 40, 600)


def masks(order: np.ndarray, **arguments: Any) -> list[np.ndarray]:
    marks = marks_of(X[order], Y[order])
    return list(held_back(Segments.of(KEYS[order]), marks, **arguments))


def test_a_row_is_held_back_by_what_it_holds() -> None:
    order = RANDOM.permutation(600)
    for one, other in zip(masks(np.arange(600)), masks(order), strict=True):
        np.testing.assert_array_equal(one[order], other)


def test_about_a_fifth_and_some_whole_segments() -> None:
    found = masks(np.arange(600))
    assert len(found) == 5
    assert all(0.1 < held.mean() < 0.45 for held in found)
    whole = [key for held in found for key in range(40) if held[key == KEYS].all()]
    assert whole


def test_rows_that_hold_the_same_are_held_back_together() -> None:
    twice = np.repeat(np.arange(300), 2)
    for held in masks(twice):
        assert (held[::2] == held[1::2]).all()


def test_groups_stay_whole_and_of_ordered_rows_the_newest_judge() -> None:
    groups = RANDOM.integers(0, 50, 600)
    few, marks = Segments.of(KEYS % 5), marks_of(X, Y)
    for held in held_back(few, marks, groups=groups):
        assert all(len(set(held[groups == group])) == 1 for group in range(50))
    (newest,) = held_back(few, marks, ordered=True)
    assert newest[480:].all()
    assert not newest[:480].any()


def test_so_few_rows_that_none_can_be_held_back() -> None:
    assert list(held_back(Segments.of(KEYS[:1]), marks_of(X[:1], Y[:1]))) == []
