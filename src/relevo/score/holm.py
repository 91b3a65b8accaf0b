"""`holm`: p-values made larger for how many there are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def holm(p_values: Floats) -> Floats:
    """Each p-value, corrected for all: at most a share `alpha` of families has one below `alpha`.

    Parameters
    ----------
    p_values
        Shape `(n_tests,)`; those that are NaN stay so and do not count.

    References
    ----------
    Holm (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal of
    Statistics 6.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03])).tolist()
    [0.03, 0.06, 0.06]

    """
    found = np.asarray(p_values, dtype=np.float64).copy()
    known = np.flatnonzero(~np.isnan(found))
    order = known[np.argsort(found[known], kind="stable")]
    times = len(order) - np.arange(len(order))
    found[order] = np.minimum(np.maximum.accumulate(found[order] * times), 1.0)
    return found
