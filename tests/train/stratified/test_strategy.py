from __future__ import annotations

import numpy as np
import polars as pl

from relevo.learn.learner import HeldScores, Target
from relevo.learn.scored import Scored
from relevo.prepare.matrix import Matrix
from relevo.train.stratified.segment_rows import SegmentRows
from relevo.train.stratified.strategy import with_absent_segments

NAMES = ("x", "city")


class Twice(Scored):
    """A base whose score is twice the first feature."""

    features, classes = ("x",), ()

    def scores(self, matrix: Matrix) -> np.ndarray:
        assert matrix.features == ("x",)
        return 2 * matrix.values[:, :1]


def rows(city: list[float]) -> SegmentRows:
    values = np.column_stack([np.arange(len(city)), city])
    labels = pl.DataFrame({"city": [f"city {name:.0f}" for name in city]})
    return SegmentRows(Matrix(values, NAMES, NAMES, {}), Target(values[:, 0]), labels)


def test_segments_of_which_no_row_was_held_are_learnt_from_as_the_base_sees_them() -> None:
    held = HeldScores(np.array([3, 5]), np.array([[0.3], [0.5]]))
    found = with_absent_segments(rows([1.0, 2.0, 3.0, 3.0, 2.0, 1.0]), Twice(), held)
    np.testing.assert_array_equal(found.rows, [1, 3, 4, 5])
    np.testing.assert_array_equal(found.scores[:, 0], [2.0, 0.3, 8.0, 0.5])


def test_where_every_segment_was_held_nothing_is_added() -> None:
    held = HeldScores(np.array([0, 1]), np.array([[0.3], [0.5]]))
    assert with_absent_segments(rows([1.0, 2.0, 1.0]), Twice(), held) is held
