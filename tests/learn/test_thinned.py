from __future__ import annotations

import numpy as np

from relevo.learn.learner import Target
from relevo.learn.rows import Rows
from relevo.learn.thinned import thinned
from relevo.prepare.matrix import Matrix

ROWS = Rows(Matrix(np.arange(10.0)[:, np.newaxis], ("x",), ("x",), {}), Target(np.arange(10.0)))


def test_the_newest_stay_when_ordered() -> None:
    assert thinned(ROWS, 3, ordered=True, seed=0).target.values.tolist() == [7.0, 8.0, 9.0]


def test_random_rows_keep_their_order() -> None:
    kept = thinned(ROWS, 4, ordered=False, seed=0).target.values
    assert len(set(kept)) == 4
    assert sorted(kept) == kept.tolist()


def test_enough_time_keeps_all() -> None:
    assert thinned(ROWS, 10, ordered=False, seed=0) is ROWS
