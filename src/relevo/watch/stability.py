"""`stability`: the population stability index of two lists of counts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.integer[Any]]

MOST_GROUPS = 20
HALF_A_ROW = 0.5  # in each group, so that an empty one is finite


def stability(reference: Counts, current: Counts) -> float:
    """The population stability index: 0 the same shares; .1 is called slight, .25 large.

    The sum of `(q - p) log(q / p)` over groups, half a row added to each. Categories that the
    reference lacks are one group, and those beyond its 19 commonest another, for the index of
    many small groups is mostly chance.

    Parameters
    ----------
    reference, current
        Shape `(n_groups,)`: rows of each group.

    References
    ----------
    Siddiqi (2006), "Credit Risk Scorecards"; Yurdakul and Naranjo (2020), "Statistical properties
    of the population stability index".

    Examples
    --------
    >>> round(stability(np.array([500, 500]), np.array([400, 600])), 3)
    0.04

    """
    table = np.stack([reference, current]).astype(np.float64)
    known, new = table[:, reference > 0], table[:, reference == 0]
    known = known[:, np.argsort(-known[0], kind="stable")]
    common, rest = known[:, : MOST_GROUPS - 1], known[:, MOST_GROUPS - 1 :]
    groups = [common, *(part.sum(axis=1, keepdims=True) for part in (rest, new) if part.size)]
    smoothed = np.concatenate(groups, axis=1) + HALF_A_ROW
    before, now = smoothed / smoothed.sum(axis=1, keepdims=True)
    return float((now - before) @ np.log(now / before))
