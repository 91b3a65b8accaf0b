"""Which rows are held back to choose: by what they hold, so that their order does not matter."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from relevo.learn.learner import Floats
from relevo.train.stratified.segments import Positions, Segments, mixed_bits

Marks = NDArray[np.uint64]

_PARTS = 5
_FOLDS = ((20_000, 5), (200_000, 2))  # up to so many rows, so many folds; beyond, a single one
_UNSEEN_SHARE = 10  # one segment of so many is held back whole


def marks_of(values: Floats, y: Floats) -> Marks:
    """A number for each row by what it holds, `(n_rows,)`: values as they came, not computed."""
    found = np.zeros(len(y), dtype=np.uint64)
    for column in (y, *values.T):
        found = mixed_bits(found ^ np.ascontiguousarray(column + 0.0).view(np.uint64))
    return found


def held_back(
    segments: Segments, marks: Marks, ordered: bool = False, groups: Positions | None = None
) -> Iterator[NDArray[np.bool_]]:
    """Masks `(n_rows,)` of rows that do not teach but choose.

    Each mask has a fifth of the rows and, of ten segments or more, all rows of one in ten,
    which is how segments that are not known yet are met. Rows that hold the same are held back
    together, and so are rows of one group; of ordered rows the newest are held back.

    Parameters
    ----------
    segments
        Of all rows.
    marks
        Of all rows, as `marks_of` gives them.
    ordered
        Whether they are in the order of time.
    groups
        Shape `(n_rows,)`: the group of each row; rows that depend on each other.

    """
    n, count = len(marks), 1
    if not ordered:
        count = next((folds for most, folds in _FOLDS if n <= most), 1)
    part = (marks if groups is None else mixed_bits(groups.astype(np.uint64))) % np.uint64(_PARTS)
    newest = np.arange(n) >= n - max(1, n // _PARTS)
    if groups is not None:
        newest = np.isin(groups, groups[newest])
    away = np.full(n, -1)
    if len(segments) >= _UNSEEN_SHARE:
        of_segment = np.zeros(len(segments), dtype=np.uint64)
        np.maximum.at(of_segment, segments.of_row, marks)
        away = (mixed_bits(of_segment) % np.uint64(_UNSEEN_SHARE))[segments.of_row]
    for fold in range(count):
        held = (newest if ordered else part == fold) | (away == fold)
        if held.any() and not held.all():
            yield held
