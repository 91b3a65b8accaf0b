"""Does another method name the same columns?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from relevo.explain.trust.explained_rows import ExplainedRows

Floats = NDArray[np.float64]


def occlusion(rows: ExplainedRows, donors: int, random: np.random.Generator) -> Floats:
    """What the score falls by when one column comes from another row, `(n_rows, n_columns)`.

    The mean over `donors` other rows. Robnik-Šikonja and Kononenko (2008), Explaining
    classifications for individual instances, IEEE TKDE 20.
    """
    count = len(rows.parts.columns)
    each = np.broadcast_to(np.eye(count, dtype=bool)[:, np.newaxis], (count, len(rows), count))
    falls = np.zeros((count, len(rows)))
    for _ in range(donors):
        changed = rows.replaced(rows.donors(random), each)
        falls += (rows.scores - rows.score(changed)) / donors
    return falls.T


def rank_correlation(one: Floats, other: Floats) -> Floats:
    """Spearman's correlation within each row, signs counted, `(n_rows,)`; 0 without spread.

    Examples
    --------
    >>> rank_correlation(np.array([[1.0, 2, 3]]), np.array([[-1.0, 0, 5]]))
    array([1.])

    """
    ranks = [rankdata(values, axis=1) for values in (one, other)]
    a, b = (values - values.mean(axis=1, keepdims=True) for values in ranks)
    length = np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
    return np.asarray((a * b).sum(axis=1) / np.where(length > 0, length, 1.0))
