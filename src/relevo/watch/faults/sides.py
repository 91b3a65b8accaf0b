"""`Sides`: one column before and now, as the tests for faults read it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.validate.target.kinds import kind_of, numbers_of
from relevo.watch.counts import jensen_shannon

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Numbers:
    """The known numbers of one sample, ascending, and how many rows it has with the missing."""

    values: Floats
    rows: int

    @classmethod
    def of(cls, column: pl.Series) -> Numbers:
        """The finite values of a column."""
        values = numbers_of(column)
        return cls(np.sort(values[~np.isnan(values)]), len(column))

    @cached_property
    def distinct(self) -> tuple[Floats, NDArray[np.intp]]:
        """The distinct values, ascending, and the rows of each."""
        if not len(self.values):
            return self.values, np.zeros(0, np.intp)
        starts = np.flatnonzero(np.append(True, self.values[1:] != self.values[:-1]))
        return self.values[starts], np.diff(np.append(starts, len(self.values)))

    def rows_of(self, value: float) -> int:
        """How many rows hold a value."""
        low, high = (
            np.searchsorted(self.values, value, "left"),
            np.searchsorted(self.values, value, "right"),
        )
        return int(high - low)

    def without(self, value: float) -> Numbers:
        """The same without the rows of one value."""
        kept = self.values[self.values != value]
        return Numbers(kept, self.rows - len(self.values) + len(kept))


@dataclass(frozen=True)
class Words:
    """How many rows hold each category, and how many rows there are with the missing."""

    counts: Mapping[str, int]
    rows: int

    @classmethod
    def of(cls, column: pl.Series) -> Words:
        """The categories of a column."""
        words = column.cast(pl.String).drop_nulls().alias("word")
        return cls(dict(words.value_counts(name="rows").iter_rows()), len(column))

    @cached_property
    def known(self) -> int:
        """Rows that are not missing."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Sides:
    """One column before and now; what the tests for faults read is made once."""

    name: str
    first: pl.Series
    second: pl.Series

    @cached_property
    def kind(self) -> str | None:
        """`"number"` or `"category"`, where both are of one kind."""
        kinds = {kind_of(self.first), kind_of(self.second)}
        return kinds.pop() if len(kinds) == 1 else None

    @cached_property
    def before(self) -> Numbers:
        """The numbers before."""
        return Numbers.of(self.first)

    @cached_property
    def now(self) -> Numbers:
        """The numbers now."""
        return Numbers.of(self.second)

    @cached_property
    def words_before(self) -> Words:
        """The categories before."""
        return Words.of(self.first)

    @cached_property
    def words_now(self) -> Words:
        """The categories now."""
        return Words.of(self.second)

    @cached_property
    def known(self) -> tuple[int, int]:
        """Rows that are not missing, before and now."""
        if self.kind == "number":
            return len(self.before.values), len(self.now.values)
        return self.words_before.known, self.words_now.known

    def apart(self, other: Sides | None = None) -> float:
        """How far this column now is from what it, or another one, was: 0 the same, 1 all else."""
        return self._apart_alone if other is None else self._apart(other)

    @cached_property
    def _apart_alone(self) -> float:
        return self._apart(self)

    def _apart(self, one: Sides) -> float:
        if self.kind == "number":
            return distance(one.before.values, self.now.values)
        levels = sorted(one.words_before.counts.keys() | self.words_now.counts.keys())
        counts = (one.words_before.counts, self.words_now.counts)
        return jensen_shannon(*(np.array([side.get(x, 0) for x in levels]) for side in counts))


def distance(before: Floats, now: Floats) -> float:
    """The Kolmogorov-Smirnov distance of two ascending samples."""
    points = np.concatenate((before, now))
    first = np.searchsorted(before, points, "right") / len(before)
    second = np.searchsorted(now, points, "right") / len(now)
    return float(np.abs(first - second).max())


def by_chance(before: int, now: int) -> float:
    """The distance that two samples of one population exceed once in a hundred times."""
    return 1.63 * math.sqrt((before + now) / (before * now))


def more_often(hits_before: float, before: int, hits_now: float, now: int) -> float:
    """The p-value of "no more often now", one-sided, with the variance of both together."""
    from scipy.special import ndtr

    if before == 0 or now == 0:
        return 1.0
    share = (hits_before + hits_now + 1) / (before + now + 2)
    error = math.sqrt(share * (1 - share) * (1 / before + 1 / now))
    return float(ndtr(-(hits_now / now - hits_before / before) / error)) if error else 1.0
