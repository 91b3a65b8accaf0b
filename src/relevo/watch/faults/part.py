"""`Part`: some rows, with the time and the segment of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

_MOST_ROWS = 5_000
_SLICES = 6
_FEWEST_IN_SLICE = 100
_MOST_OF_IT = 0.7  # a slice of more rows is hardly another sample
_FEWEST_TO_TELL = 50
_ALIKE = 0.5  # beyond chance, of the rows that a window would hold together
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
        if self.times is None or now.times is None or now.times.drop_nulls().is_empty():
            return False
        values = self.rows.select(
            value=pl.col(column).cast(pl.String), at=self.times.dt.epoch("s")
        ).drop_nulls()
        values = values.sort("at", maintain_order=True)
        span = now.times.dt.epoch("s").drop_nulls().to_numpy()
        at, code = values["at"].to_numpy(), values["value"].rank("dense").to_numpy()
        if len(at) < _FEWEST_TO_TELL:
            return False
        first = np.arange(len(at) - 1)
        last = np.searchsorted(at, at[:-1] + (span.max() - span.min()), "right") - 1
        alike = float((code[first] == code[np.maximum(last, first + 1)]).mean())
        chance = float(((np.bincount(code) / len(code)) ** 2).sum())
        return alike - chance > _ALIKE * (1.0 - chance)

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
