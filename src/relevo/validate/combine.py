"""`combine`: one p-value from many."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# A discrete test can say exactly 1, which alone would outweigh any number of small p-values.
LARGEST = 0.99


def combine(p_values: Sequence[float], weights: Sequence[float] | None = None) -> float:
    """One p-value from many that may depend on each other.

    The Cauchy combination test: near its level whatever the correlation, where Bonferroni's rule
    wastes it. Of a level of .05 it makes at most .07 (20 tests, any equal correlation); the
    smaller the level, the nearer.

    Parameters
    ----------
    p_values, weights
        Shape `(n_tests,)`; weights are divided by their sum; none: all weigh the same.

    References
    ----------
    Liu and Xie (2020), Cauchy combination test, Journal of the American Statistical Association.

    Examples
    --------
    >>> round(combine([0.01, 0.01, 0.01]), 6)
    0.01

    """
    p = np.clip(np.asarray(p_values, dtype=np.float64), 1e-300, LARGEST)
    if len(p) == 0:
        return 1.0
    return float(np.arctan2(1.0, np.average(1 / np.tan(np.pi * p), weights=weights)) / np.pi)
