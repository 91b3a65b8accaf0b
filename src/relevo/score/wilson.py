"""Wilson's interval for a figure between zero and one."""

from __future__ import annotations

from typing import Any

import numpy as np


def wilson(rate: Any, rows: Any, quantile: float) -> tuple[Any, Any]:
    """Low and high end of the score interval of a rate seen on `rows` (effective) rows.

    Unlike `rate ± error` it stays between zero and one, and has a width at both ends.

    Parameters
    ----------
    rate, rows
        The rate and the number of rows it stands on, numbers or arrays of one shape.
    quantile
        Of the normal or t distribution, 1.96 for 95 %.

    Examples
    --------
    >>> [round(float(end), 3) for end in wilson(1.0, 30, 1.96)]
    [0.886, 1.0]

    References
    ----------
    Wilson (1927), JASA 22; with an effective number of rows: Korn and Graubard (1998), Survey
    Methodology 24.

    """
    square = quantile**2 / rows
    centre = (rate + square / 2) / (1 + square)
    half = np.sqrt(square * rate * (1 - rate) + square**2 / 4) / (1 + square)
    return np.clip(centre - half, 0, rate), np.clip(centre + half, rate, 1)
