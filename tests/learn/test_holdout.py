from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from relevo.learn.holdout import hold_out
from relevo.learn.learner import Target
from relevo.learn.rows import Rows
from relevo.prepare.matrix import Matrix


def numbered(classes: np.ndarray) -> Rows:
    values = np.arange(len(classes), dtype=float)[:, np.newaxis]
    return Rows(Matrix(values, ("x",), ("x",), {}), Target(classes.astype(float), ("a", "b")))


@given(st.integers(2, 5000), st.booleans(), st.integers(0, 9))
def test_every_row_is_on_one_side(n: int, ordered: bool, seed: int) -> None:
    part, held = hold_out(numbered(np.arange(n) % 2), ordered, seed)
    both = np.concatenate((part.matrix.values, held.matrix.values))[:, 0]
    assert sorted(both) == list(range(n))
    assert len(part) >= len(held) >= 1


def test_the_newest_rows_are_held_back_when_ordered() -> None:
    part, held = hold_out(numbered(np.zeros(100)), ordered=True, seed=0)
    assert part.matrix.values.max() < held.matrix.values.min()


def test_a_rare_class_is_held_back_in_proportion_and_a_lone_row_never() -> None:
    classes = np.zeros(1000)
    classes[:30] = 1
    _, held = hold_out(numbered(classes), ordered=False, seed=0)
    assert held.target.values.sum() == 10
    lone = np.zeros(100)
    lone[5] = 1
    part, _ = hold_out(numbered(lone), ordered=False, seed=0)
    assert part.target.values.sum() == 1


def test_many_rows_hold_back_fifty_thousand_at_most() -> None:
    _, held = hold_out(numbered(np.zeros(400_000)), ordered=True, seed=0)
    assert len(held) == 50_000
