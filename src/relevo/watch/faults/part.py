"""`Part`: some rows, with the time and the segment of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.validate.target.kinds import kind_of

_MOST_ROWS = 5_000
_SLICES = 6
_FEWEST_IN_SLICE = 100
_MOST_OF_IT = 0.7  # a slice of more rows is hardly another sample
_FEWEST_TO_TELL = 50
_ALIKE = 0.5  # of rows that a window would hold together: beyond chance, or in rank
_SEGMENTS = 8
_FEWEST_IN_SEGMENT = 60


@dataclass(frozen=True)
class Part:
    """Rows; `times` and `segments` are None where they are not known."""

    rows: pl.DataFrame
    times: pl.Series | None = None
    segments: pl.Series | None = None

    @classmethod
    def of(
        cls, rows: pl.DataFrame, times: pl.Series | None, segments: pl.Series | None, seed: int
    ) -> Part:
        """At most 5,000 rows: what a fault does to a column is seen in these."""
        names = None if segments is None else segments.cast(pl.String)
        part = cls(rows, times, names)
        if rows.height <= _MOST_ROWS:
            return part
        rng = np.random.default_rng(seed)
        return part._chosen(np.sort(rng.choice(rows.height, _MOST_ROWS, replace=False)))

    def within(self, segment: str) -> Part:
        """The rows of one segment."""
        return self._within.get(segment) or self._chosen(np.zeros(0, np.intp))

    @cached_property
    def _within(self) -> dict[str, Part]:
        if self.segments is None:
            return {}
        places = pl.DataFrame({"name": self.segments, "row": np.arange(len(self.segments))})
        groups = places.drop_nulls().group_by("name").agg("row")
        return {name: self._chosen(np.asarray(rows)) for name, rows in groups.iter_rows()}

    def shared_segments(self, now: Part) -> list[str]:
        """The largest segments that have enough rows in both parts."""
        both = {
            name: part.rows.height
            for name, part in now._within.items()
            if part.rows.height >= _FEWEST_IN_SEGMENT
            and self.within(name).rows.height >= _FEWEST_IN_SEGMENT
        }
        return sorted(both, key=lambda name: (-both[name], name))[:_SEGMENTS]

    def stays(self, column: str, now: Part) -> bool:
        """Whether a value of a column usually stays as long as another part lasts.

        By the share of row pairs, as far from each other as the other part is long or neighbours,
        that hold the same value, beyond what chance makes alike (kappa, Cohen 1960).
        """
        first, last = self._pairs(column, now)
        if not len(first):
            return False
        alike = float((first == last).mean())
        chance = float(((np.bincount(first) / len(first)) ** 2).sum())
        return alike - chance > _ALIKE * (1.0 - chance)

    def drags(self, column: str, now: Part) -> bool:
        """Whether a column moves so slowly that another part is too short to show its range.

        By the rank correlation of the same pairs (Spearman 1904); of words, as `stays` does.
        """
        if kind_of(self.rows[column]) != "number":
            return self.stays(column, now)
        first, last = self._pairs(column, now)
        if not len(first) or min(np.ptp(first), np.ptp(last)) == 0:
            return False
        return float(np.corrcoef(first, last)[0, 1]) > _ALIKE

    def _pairs(self, column: str, now: Part) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The ranks of values, and of those as much later as another part lasts, or of the next."""
        if self.times is None or now.times is None or now.times.drop_nulls().is_empty():
            return np.zeros(0, np.intp), np.zeros(0, np.intp)
        values = self.rows[column]
        values = values if kind_of(values) == "number" else values.cast(pl.String)
        known = pl.DataFrame({"value": values, "at": self.times.dt.epoch("s")}).drop_nulls()
        if known.height < _FEWEST_TO_TELL:
            return np.zeros(0, np.intp), np.zeros(0, np.intp)
        known = known.sort("at", maintain_order=True)
        span = now.times.dt.epoch("s").drop_nulls().to_numpy()
        at, rank = known["at"].to_numpy(), known["value"].rank("dense").to_numpy().astype(np.intp)
        first = np.arange(len(at) - 1)
        last = np.searchsorted(at, at[:-1] + (span.max() - span.min()), "right") - 1
        return rank[first], rank[np.maximum(last, first + 1)]

    def slices(self, now: Part) -> Iterator[Part]:
        """Consecutive rows, from several starts, that last as long as another part does."""
        if self.times is None or now.times is None or now.times.drop_nulls().is_empty():
            return
        known = np.flatnonzero(self.times.is_not_null().to_numpy())
        moments = self.times.dt.epoch("s").to_numpy()[known].astype(np.int64)
        order = moments.argsort(kind="stable")
        moments, span = moments[order], now.times.dt.epoch("s").drop_nulls().to_numpy()
        lasts, most = int(span.max() - span.min()), len(moments) - _FEWEST_IN_SLICE
        for start in np.linspace(0, max(0, most), _SLICES).astype(int):
            end = int(np.searchsorted(moments, moments[start] + lasts, "right"))
            rows = known[order[start : max(end, start + _FEWEST_IN_SLICE)]]
            if _FEWEST_IN_SLICE <= len(rows) <= _MOST_OF_IT * len(moments):
                yield self._chosen(rows)

    def _chosen(self, rows: np.ndarray[tuple[int], np.dtype[np.intp]]) -> Part:
        times, segments = (
            None if one is None else one[rows] for one in (self.times, self.segments)
        )
        return Part(self.rows[rows], times, segments)
