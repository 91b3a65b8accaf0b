"""`rounded`: the numbers are the same, written with fewer digits."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from relevo.picture.number import number
from relevo.watch.cause import Cause, Confidence
from relevo.watch.faults.sides import Numbers, Sides, by_chance, distance, more_often

_FEWEST = 50
_ALL = 0.995
_FEW = 0.3
_UNLIKELY = 1e-9
_PLACES = range(-4, 7)
_COARSE = (1.0, 5.0)


def rounded(sides: Sides) -> Cause | None:
    """Whether the values are multiples of a power of ten, or of half of one, as few were before.

    Examples
    --------
    >>> import numpy as np
    >>> import polars as pl
    >>> rng = np.random.default_rng(0)
    >>> before, now = (pl.Series(rng.normal(20, 5, 500).round(2)) for _ in range(2))
    >>> rounded(Sides("temp", before, now.round(0))).values["step"]
    '1'

    """
    before, now = sides.before, sides.now
    if min(len(before.values), len(now.values)) < _FEWEST or len(now.distinct[0]) < 3:
        return None
    largest = max(abs(now.values[0]), abs(now.values[-1]))
    sizes = (one * 10.0**place for place in _PLACES for one in _COARSE)
    for size in sorted((one for one in sizes if one <= largest), reverse=True):
        hits_now = _multiples(now, size)
        if hits_now < _ALL * len(now.values):
            continue
        hits = _multiples(before, size)
        if hits >= 0.6 * len(before.values):
            return None
        p_value = max(more_often(hits, len(before.values), hits_now, len(now.values)), 1e-300)
        if p_value < _UNLIKELY and (
            hits < _FEW * len(before.values) or _same_but_for(size, before, now)
        ):
            values = {"step": number(size), "before": f"{hits / len(before.values):.0%}"}
            sure: Confidence = "almost certain" if hits < _FEW * len(before.values) else "likely"
            return Cause("rounded", (sides.name,), sure, len(now.values), p_value, "said", values)
        return None
    return None


def _multiples(side: Numbers, size: float) -> int:
    """Rows of a value that is a multiple of a step; nought is one of every step, and counts."""
    values, rows = side.distinct
    steps = values / size
    whole: NDArray[np.bool_] = np.abs(steps - np.rint(steps)) < 1e-6
    whole &= (np.abs(values) >= size / 2) | (values == 0)
    return int(rows[whole].sum())


def _same_but_for(size: float, before: Numbers, now: Numbers) -> bool:
    """Whether rounding, or cutting, what was before gives what is now."""
    chance = by_chance(len(before.values), len(now.values))
    apart = distance(before.values, now.values)
    ways = (np.round(before.values / size) * size, np.floor(before.values / size) * size)
    left = min(distance(np.sort(_exact(one)), np.sort(_exact(now.values))) for one in ways)
    return left <= max(1.5 * chance, 0.5 * apart, 0.15) and math.isfinite(left)


def _exact(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.round(values, 9))
