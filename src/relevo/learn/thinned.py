"""`thinned`: fewer rows, when there is no time for all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from relevo.learn.rows import Rows


def thinned(rows: Rows, most: int, ordered: bool, seed: int) -> Rows:
    """At most so many rows: the newest when `ordered`, else random ones in their old order."""
    return rows if len(rows) <= most else rows.take(which(len(rows), most, ordered, seed))


def which(n_rows: int, most: int, ordered: bool, seed: int) -> NDArray[np.intp]:
    """The positions of these rows, ascending."""
    if n_rows <= most:
        return np.arange(n_rows)
    if ordered:
        return np.arange(n_rows - most, n_rows)
    random = np.random.default_rng(seed)
    return np.sort(random.choice(n_rows, most, replace=False))
