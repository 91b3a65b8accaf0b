"""`Segments`: which rows belong to which segment, ready for work on all segments at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.intp]
_PADDED = 1.25  # segments this many times the size of another one share a block with it
_CELLS_OF_A_BLOCK = 1 << 15  # rows, padding included: of ten features some 3 MB, as caches hold
_FEWEST_PADDED = 4
_FACTORS = (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53)
_ALL_BITS = (1 << 64) - 1


@dataclass(frozen=True)
class Block:
    """Segments of about one size, or a part of a large one, as a rectangle.

    Attributes
    ----------
    segments
        Their numbers, shape `(n_segments_here,)`.
    rows
        Positions of their rows, shape `(n_segments_here, most_rows)`; where a segment has fewer,
        its first row stands again.
    real
        Which of `rows` are no repetition; None when all are.
    first
        The first of `rows` where these are one stretch of the table, so that nothing need be
        copied; else None.

    """

    segments: Positions
    rows: Positions
    real: NDArray[np.bool_] | None
    first: int | None = None

    def of(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The values of the block's rows, `(n_segments_here, most_rows, ...)`."""
        if self.first is None:
            return values[self.rows]
        stretch = values[self.first : self.first + self.rows.size]
        return stretch.reshape(*self.rows.shape, *values.shape[1:])


@dataclass(frozen=True)
class Segments:
    """Rows by segment.

    Attributes
    ----------
    keys
        The segments' keys, ascending, shape `(n_segments,)`.
    of_row
        The number of each row's segment, shape `(n_rows,)`.
    order
        The rows' positions, one segment after the other.
    starts
        Where each segment begins in `order`; one entry more than segments.

    """

    keys: NDArray[np.int64]
    of_row: Positions
    order: Positions
    starts: Positions

    @classmethod
    def of(cls, keys: NDArray[np.int64]) -> Segments:
        """The segments of rows whose keys are given, shape `(n_rows,)`."""
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        first = np.flatnonzero(np.diff(ordered, prepend=ordered[:1] - 1))
        starts = np.append(first, len(keys)).astype(np.intp)
        of_row = np.empty(len(keys), dtype=np.intp)
        of_row[order] = np.repeat(np.arange(len(first)), np.diff(starts))
        return cls(ordered[first], of_row, order, starts)

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def sizes(self) -> Positions:
        """Rows of each segment, shape `(n_segments,)`."""
        return np.diff(self.starts)

    def largest(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The largest of each segment's values, `(n_rows,)` to `(n_segments,)`."""
        return np.maximum.reduceat(values[self.order], self.starts[:-1])

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """All segments, those of about one size together."""
        by_size = np.argsort(self.sizes, kind="stable")
        return tuple(self._blocks(by_size))

    def _blocks(self, by_size: Positions) -> Iterator[Block]:
        sizes = self.sizes[by_size]
        start = 0
        while start < len(sizes):
            least = int(sizes[start])
            if least > _CELLS_OF_A_BLOCK:
                yield from self._parts(by_size[start])
                start += 1
                continue
            reach = min(_CELLS_OF_A_BLOCK, max(_FEWEST_PADDED, int(least * _PADDED)))
            stop = int(np.searchsorted(sizes, reach, side="right"))
            stop = max(start + 1, min(stop, start + _CELLS_OF_A_BLOCK // int(sizes[stop - 1])))
            yield self._block(by_size[start:stop], int(sizes[stop - 1]))
            start = stop

    def _block(self, segments: Positions, most: int) -> Block:
        place = np.arange(most)
        sizes = self.sizes[segments][:, np.newaxis]
        real = place < sizes
        rows = self.order[self.starts[segments][:, np.newaxis] + np.where(real, place, 0)]
        if not real.all():
            return Block(segments, rows, real)
        flat = rows.ravel()
        together = flat[-1] - flat[0] + 1 == len(flat) and bool((np.diff(flat) == 1).all())
        return Block(segments, rows, None, int(flat[0]) if together else None)

    def _parts(self, segment: np.intp) -> Iterator[Block]:
        """A segment that is too large for one rectangle, in several."""
        rows = self.order[self.starts[segment] : self.starts[segment + 1]]
        for start in range(0, len(rows), _CELLS_OF_A_BLOCK):
            part = rows[start : start + _CELLS_OF_A_BLOCK]
            yield Block(np.array([segment]), part[np.newaxis], None)


def combined(keys: NDArray[np.float64]) -> NDArray[np.int64]:
    """One key of several, of each row; `(n_rows, n_keys)` to `(n_rows,)`.

    Fewer keys never give what more keys give.
    """
    found = np.full(len(keys), keys.shape[1], dtype=np.uint64)
    for column in keys.T:
        found = mixed_bits(found ^ column.astype(np.uint64))
    return found.view(np.int64)


def combined_row(keys: NDArray[np.float64]) -> int:
    """The same of one row's keys `(n_keys,)`.

    Examples
    --------
    >>> keys = np.array([[3.0, 4.0]])
    >>> combined_row(keys[0]) == combined(keys)[0]
    True

    """
    found = len(keys)
    for key in keys.tolist():
        found ^= int(key)
        for factor in _FACTORS:
            found = ((found ^ (found >> 33)) * factor) & _ALL_BITS
        found ^= found >> 33
    return found - (1 << 64) if found >> 63 else found


def mixed_bits(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Bits spread evenly (the finaliser of MurmurHash3, Appleby, 2011)."""
    for factor in _FACTORS:
        numbers = (numbers ^ (numbers >> np.uint64(33))) * np.uint64(factor)
    return numbers ^ (numbers >> np.uint64(33))
