"""`OneStep`: a model's answer for new rows, corrected by what it missed on labelled ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from relevo.score.rows import sums

Floats = NDArray[np.float64]
Kind = Literal["parametric", "isotonic", "columns"]


@dataclass(frozen=True)
class OneStep:
    """An estimate that is right when either the model or the weights are (doubly robust).

    Attributes
    ----------
    value
        The figure expected on the new rows.
    error
        One standard deviation of what comes true around it.
    kind
        What the model was: a calibration, or a model of the columns.
    chance
        Shape `(n_new_rows, n_classes)` of a classification: how likely each class is.

    References
    ----------
    Robins, Rotnitzky and Zhao (1994), Estimation of regression coefficients when some regressors
    are not always observed, Journal of the American Statistical Association 89.

    """

    value: float
    error: float
    kind: Kind
    chance: Floats | None = None


def spread_of(parts: Floats, blocks: NDArray[np.intp] | None) -> float:
    """The standard deviation of a sum of independent rows, or blocks of rows, around zero."""
    each = parts if blocks is None else sums(blocks, parts)
    return float(np.sqrt(np.sum(each**2)))
