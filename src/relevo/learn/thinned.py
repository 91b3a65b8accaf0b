"""`thinned`: fewer rows, when there is no time for all."""

from __future__ import annotations

import numpy as np

from relevo.learn.rows import Rows


def thinned(rows: Rows, most: int, ordered: bool, seed: int) -> Rows:
    """At most so many rows: the newest when `ordered`, else random ones in their old order."""
    if len(rows) <= most:
        return rows
    if ordered:
        return rows.take(slice(len(rows) - most, None))
    random = np.random.default_rng(seed)
    return rows.take(np.sort(random.choice(len(rows), most, replace=False)))
