"""The mean of one number per row, and how sure one can be of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from relevo.score.spread import spread


def mean_figure(
    values: NDArray[np.float64], blocks: NDArray[np.intp] | None = None
) -> tuple[float, tuple[float, float]]:
    """The mean of `(n_values,)` and its t interval, 95 %; infinite with fewer than two values.

    Examples
    --------
    >>> mean_figure(np.array([1.0, 1.0, 1.0]))
    (1.0, (1.0, 1.0))

    """
    from scipy.special import stdtrit

    mean = float(values.mean())
    found = spread((values - mean) / len(values), blocks=blocks)
    if np.isinf(found.error):
        return mean, (-np.inf, np.inf)
    reach = float(stdtrit(found.freedom, 0.975)) * found.error
    return mean, (mean - reach, mean + reach)
