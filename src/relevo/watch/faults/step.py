"""`step`: the resolution that numbers are recorded in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_FEWEST = 8
_NEAR = 0.01  # of a step: what rounding in binary and in text leaves


def step(values: Floats) -> float | None:
    """The largest number of which all differences between values are multiples, if there is one.

    Numbers are recorded in whole units or in tenths: their differences are multiples of a step,
    and a change of the unit changes the step by exactly its factor.

    Parameters
    ----------
    values
        Distinct, ascending, shape `(n_values,)`.

    Returns
    -------
    float or None
        None when the values are too few, or lie on no lattice.

    Examples
    --------
    >>> float(step(np.array([0, 2, 3, 5, 8, 9, 12, 20, 21]) * 1.609344))
    1.609344

    """
    if len(values) < _FEWEST:
        return None
    differences = np.diff(values)
    size = float(differences.min())
    for _ in range(4):
        if size <= 1e-9 * max(abs(values[0]), abs(values[-1])):
            return None
        left = np.abs(differences / size - np.round(differences / size))
        off = left > _NEAR
        if off.mean() <= 0.01:
            whole = np.round(differences[~off] / size).sum()
            return float(differences[~off].sum() / whole)
        size = float((left[off] * size).min())  # as Euclid: the remainder divides what divides both
    return None
