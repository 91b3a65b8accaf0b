"""`Bins`: how many numbers of a stream lie at and between the quantiles of a reference."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relevo.watch.steps import Rows, Steps

Floats = NDArray[np.float64]
Counts = NDArray[np.integer[Any]]

QUANTILES = 1_000


@dataclass(frozen=True, eq=False)
class Bins:
    """Counts and sums of numbers below, at and between some edges.

    A value that the reference holds often is an edge with a bin of its own, so that ties stay
    ties. The sums keep the Wasserstein distance exact where no two distribution functions cross
    within a bin, however heavy the tails.

    Attributes
    ----------
    edges
        Shape `(n_edges,)`, ascending, distinct.
    counts, sums
        Shape `(2 * n_edges + 1,)`: below the first edge, at it, between it and the next, ...

    """

    edges: Floats
    counts: Counts
    sums: Floats

    @classmethod
    def between(cls, ordered: Floats, quantiles: int = QUANTILES) -> Bins:
        """No numbers yet; the edges are so many quantiles of numbers in ascending order.

        And some of the outermost values: the 1st, 2nd, 4th, 8th, ... from either end.
        """
        rows = len(ordered)
        upto = np.ceil(np.arange(quantiles + 1) * (rows / quantiles)).astype(np.intp) - 1
        ends = 2 ** np.arange(rows.bit_length()) - 1
        places = np.concatenate([upto.clip(min=0), ends, rows - 1 - ends])
        return cls.empty(np.unique(ordered[places]))

    @classmethod
    def empty(cls, edges: Floats) -> Bins:
        """No numbers yet, between these edges."""
        bins = 2 * len(edges) + 1
        return cls(edges, np.zeros(bins, np.int64), np.zeros(bins))

    def place(self, values: Floats) -> Rows:
        """The bin of each value."""
        at = np.searchsorted(self.edges, values)
        tied = self.edges[at.clip(max=len(self.edges) - 1)] == values
        return np.asarray(2 * at + tied)

    def with_values(self, values: Floats) -> Bins:
        """The same with more finite numbers."""
        at, length = self.place(values), len(self.counts)
        counts = np.bincount(at, minlength=length)
        sums = np.bincount(at, weights=values, minlength=length)
        return Bins(self.edges, self.counts + counts, self.sums + sums)

    def with_bins(self, other: Bins, times: int = 1) -> Bins:
        """Those of both, of the same edges; without the other's where `times` is -1."""
        counts, sums = times * other.counts, times * other.sums
        return Bins(self.edges, self.counts + counts, self.sums + sums)


@dataclass(frozen=True, eq=False)
class BinnedSteps(Steps):
    """`Steps` of two samples in the same bins; `values` are the means of bins that hold any.

    The largest gap is at most one bin, a thousandth of the reference, below the exact one.
    """

    before: Bins
    after: Bins

    @classmethod
    def merging(cls, before: Bins, after: Bins) -> BinnedSteps:
        """From bins of the same edges, each with at least one row."""
        both = before.with_bins(after)
        held = both.counts > 0
        return cls(
            (both.sums[held] / both.counts[held]),
            np.cumsum(before.counts)[held],
            np.cumsum(after.counts)[held],
            before,
            after,
        )

    def place(self, rows: Floats) -> Rows:
        """The place in `values` of each row of either sample; of NaN, the last."""
        held = (self.before.counts + self.after.counts) > 0
        return (np.cumsum(held) - 1)[self.before.place(rows)].clip(min=0)

    @cached_property
    def distances(self) -> tuple[float, float]:
        """The largest gap between bins; the area by each bin's two ends and its mean.

        Within a bin from a to b the area is `b h(b) - a h(a)` less the difference of the parts
        that the bin's values have in the two means, h being the gap; before and behind all values
        there is none.
        """
        gaps, means = (
            bins[0] / self.rows[0] - bins[1] / self.rows[1]
            for bins in (
                (np.cumsum(self.before.counts), np.cumsum(self.after.counts)),
                (self.before.sums, self.after.sums),
            )
        )
        edges = self.before.edges
        at_start, before_end = gaps[1:-1:2], gaps[0:-1:2]
        area = np.abs(edges[0] * before_end[0] - means[0])
        area += np.abs(
            edges[1:] * before_end[1:] - edges[:-1] * at_start[:-1] - means[2:-1:2]
        ).sum()
        area += np.abs(edges[-1] * at_start[-1] + means[-1])
        return float(np.abs(gaps).max()), float(area)


def merged(before: Floats | Bins, after: Floats | Bins) -> Steps:
    """The steps of two samples, each in ascending order or in bins; of bins the edges agree."""
    if isinstance(before, Bins):
        edges = before.edges
    elif isinstance(after, Bins):
        edges = after.edges
    else:
        return Steps.of(before, after)
    binned = [
        side if isinstance(side, Bins) else Bins.empty(edges).with_values(side)
        for side in (before, after)
    ]
    return BinnedSteps.merging(*binned)
