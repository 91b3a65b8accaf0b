"""`permuted`: categories that bear each other's names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import ndtr

from relevo.validate.target.kinds import numbers_of
from relevo.watch.cause import Cause, Confidence
from relevo.watch.faults.sides import Sides

_FEWEST = 100
_FEWEST_OF_LEVEL = 4
_LEAST_APART = 0.1
_LEAST_RELATION = 0.35  # correlation; a weaker one breaks by chance
_UNLIKELY = 1e-4
_BROKEN = 0.3  # of the correlation before that may be left, on average

Floats = NDArray[np.float64]


def permuted(sides: Sides, others: Sequence[Sides]) -> Cause | None:
    """Whether the categories no longer say about other columns what they said before.

    A carrier that flies far has long distances: the mean of another column by category predicts
    that column, in rows of before that it was not taken from and in those of now. Where shares
    have moved and every such relation that was there is gone, the names are mixed up; where only
    the shares have moved, a population has.

    Parameters
    ----------
    sides
        A column of categories.
    others
        The other columns; those of numbers are used.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> kind, now = rng.choice(["a", "b", "c"], (2, 900), p=[0.6, 0.3, 0.1])
    >>> size, size_now = (rng.normal((one == "a") * 2.0) for one in (kind, now))
    >>> mixed = pl.Series(now).replace({"a": "b", "b": "c", "c": "a"})
    >>> other = Sides("size", pl.Series(size), pl.Series(size_now))
    >>> permuted(Sides("kind", pl.Series(kind), mixed), [other]).kind
    'permuted'

    """
    levels = sides.words_before.counts
    if min(sides.known) < _FEWEST or len(levels) < 2 or sides.apart() < _LEAST_APART:
        return None
    codes = _Codes.of(sides)
    found = [
        (*codes.relation(other), other.name)
        for other in others
        if other.name != sides.name and other.kind == "number"
    ]
    strongest = sorted((one for one in found if not np.isnan(one[:2]).any()), reverse=True)[:3]
    if not strongest or strongest[0][0] < _LEAST_RELATION:
        return None
    strongest = [one for one in strongest if one[0] >= 0.5 * strongest[0][0]]
    left = [max(0.0, now) / before for before, now, _ in strongest]
    if max(left) > 2 * _BROKEN or sum(left) > _BROKEN * len(left):
        return None
    before, now, name = strongest[0]
    rows = sides.known
    error = (1 / max(1, rows[0] / 2 - 3) + 1 / max(1, rows[1] - 3)) ** 0.5
    apart = np.arctanh(np.clip((before, now), -0.999, 0.999))
    p_value = float(ndtr((apart[1] - apart[0]) / error))
    values = {"other": name, "before": f"{before:.2f}", "now": f"{now:.2f}"}
    if p_value > _UNLIKELY:
        return None
    sure: Confidence = "almost certain" if len(strongest) > 1 else "likely"
    return Cause("permuted", (sides.name,), sure, rows[1], p_value, "said", values)


@dataclass(frozen=True)
class _Codes:
    """The number of each row's category, before and now; 0 where it is missing."""

    before: NDArray[np.intp]
    now: NDArray[np.intp]

    @classmethod
    def of(cls, sides: Sides) -> _Codes:
        both = pl.concat([side.cast(pl.String).alias("x") for side in (sides.first, sides.second)])
        codes = both.rank("dense").fill_null(0).to_numpy().astype(np.intp)
        return cls(codes[: len(sides.first)], codes[len(sides.first) :])

    def relation(self, other: Sides) -> tuple[float, float]:
        """How well the means by category predict a column: held-out rows of before, and now."""
        before, now = numbers_of(other.first), numbers_of(other.second)
        learnt, codes = before[::2], self.before[::2]
        known = ~np.isnan(learnt) & (codes > 0)
        levels = int(max(self.before.max(), self.now.max())) + 1
        rows = np.bincount(codes[known], minlength=levels)
        sums = np.bincount(codes[known], learnt[known], minlength=levels)
        means = np.full(levels, np.nan)
        enough = rows >= _FEWEST_OF_LEVEL
        means[enough] = sums[enough] / rows[enough]
        held = _correlation(means[self.before[1::2]], before[1::2])
        return held, _correlation(means[self.now], now)


def _correlation(means: Floats, values: Floats) -> float:
    known = ~np.isnan(means) & ~np.isnan(values)
    first, second = means[known], values[known]
    if len(first) < _FEWEST or not first.std() or not second.std():
        return float("nan")
    return float(
        ((first - first.mean()) * (second - second.mean())).mean() / first.std() / second.std()
    )
