"""`chance_left`: whether a challenger can still prove better in the time that it has."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from relevo.score.confidence_sequence import ConfidenceSequence
from relevo.score.long_run import Moments

# Beyond so many units it is no plan: a day each, it is more than a century.
_EVER = 40_000
# What is granted: of a normal variable, two standard errors cover this.
_GRANTED = 0.97725


def chance_left(
    sequence: ConfidenceSequence, seen: Moments, null: float, units_left: int | None = None
) -> Any:
    """The chance that the lower bound passes `null` yet, were the mean as large as may be.

    That is two standard errors above what was seen (by t, with few units). The chance is that of
    the most favourable later unit, doubled for all looks before it. One series gives a number,
    many (fields of the same shape) give an array.

    Parameters
    ----------
    sequence, seen, null
        The bound, the moments so far, and what the bound has to pass.
    units_left
        Units that may yet come; None: as many as one likes.

    References
    ----------
    Lachin (2005), A review of methods for futility stopping based on conditional power, Statistics
    in Medicine 24; the doubling is the reflection principle.

    Examples
    --------
    >>> worse = Moments(units=20, independent=20.0, mean=-1.0, spread=1.0, skewness=0.0)
    >>> chance_left(ConfidenceSequence(0.05, 28), worse, 0.0, units_left=30) < 0.001
    True

    """
    from scipy.special import ndtr, stdtrit

    most = _EVER if units_left is None else units_left
    if most < 1:
        return np.zeros(np.shape(seen.mean))[()]
    more = np.unique(np.round(np.geomspace(1, most, 40)))
    now = Moments(
        *(
            np.asarray(field, np.float64)[..., None]
            for field in (seen.units, seen.independent, seen.mean, seen.spread, seen.skewness)
        )
    )
    units = now.units + more
    granted = now.mean + stdtrit(np.maximum(now.units - 1, 1), _GRANTED) * now.error
    mean = (now.units * now.mean + more * granted) / units
    later = replace(now, units=units, independent=now.independent * units / now.units, mean=mean)
    lower, _ = sequence.bounds(later)
    step = now.error * np.sqrt(now.units * more) / units
    with np.errstate(invalid="ignore", divide="ignore"):
        passes = ndtr((lower - null) / step)
    return np.minimum(2 * np.nanmax(passes, axis=-1), 1.0)[()]
