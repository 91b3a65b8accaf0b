"""`combine`: one p-value from many."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

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
    p = np.asarray(p_values, dtype=np.float64)
    return float(combine_each(p[:, None], weights)[0]) if len(p) else 1.0


def combine_each(
    p_values: Floats, weights: Sequence[float] | None = None, largest: float = LARGEST
) -> Floats:
    """The same of many sets at once: of shape `(n_tests, n_sets)` one number per set.

    With a `largest` of .5 tests that found nothing do not weigh against those that did (Fang et
    al. 2023, truncated Cauchy combination); the result is then a p-value in its small values only.
    """
    p = np.clip(p_values, 1e-300, largest)
    mean = np.average(1 / np.tan(np.pi * p), axis=0, weights=weights)
    return np.asarray(np.arctan2(1.0, mean) / np.pi)
