"""`Grams`: all that a weighted least squares fit needs to know of each segment's rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from relevo.learn.learner import Floats
from relevo.train.stratified.losses import Loss, Squared
from relevo.train.stratified.segments import Positions, Segments

_NOTHING_LEFT = 1e-9


@dataclass(frozen=True)
class Cases:
    """Rows of the design by segment.

    Attributes
    ----------
    x, y
        Shapes `(n_rows, n)` and `(n_rows,)`; the first column of `x` is 1.
    segments
        Of the same rows.
    weight, offset
        How much each row counts, and what its score begins with; shape `(n_rows,)`, or None.

    """

    x: Floats
    y: Floats
    segments: Segments
    weight: Floats | None = None
    offset: Floats | None = None

    @cached_property
    def sizes(self) -> Floats:
        """The rows of each segment, each counted by its weight; `(n_segments,)`."""
        return np.bincount(self.segments.of_row, self.weight, len(self.segments)).astype(np.float64)

    def scores(self, coefficients: Floats) -> Floats:
        """The score of each row by its segment's coefficients `(n_segments, n)`."""
        scores = np.empty(len(self.y))
        for block in self.segments.blocks:
            own = np.einsum("kmi,ki->km", block.of(self.x), coefficients[block.segments])
            scores[block.rows] = own
        return scores if self.offset is None else scores + self.offset


@dataclass(frozen=True)
class Grams:
    """Weighted sums of products, per segment.

    Attributes
    ----------
    xx, xy, yy
        Sums of `w x x'`, `w x y` and `w y^2`: shapes `(n_segments, n, n)`, `(n_segments, n)` and
        `(n_segments,)`.
    weight
        Sum of the rows' own weights, shape `(n_segments,)`.

    """

    xx: Floats
    xy: Floats
    yy: Floats
    weight: Floats

    @classmethod
    def of(
        cls,
        cases: Cases,
        loss: Loss = Squared(),  # noqa: B008 (frozen)
        scores: Floats | None = None,
    ) -> Grams:
        """The sums over the rows of each segment.

        For other losses than squared error: of the quadratic that touches the loss at `scores`,
        shape `(n_rows,)`, in what coefficients add to the offset.
        """
        n_segments, n = len(cases.segments), cases.x.shape[1]
        found = cls(
            np.zeros((n_segments, n, n)),
            np.zeros((n_segments, n)),
            np.zeros(n_segments),
            np.zeros(n_segments),
        )
        for block in cases.segments.blocks:
            x, wanted = block.of(cases.x), block.of(cases.y)
            share = None if cases.weight is None else block.of(cases.weight)
            if block.real is not None:
                share = np.where(block.real, 1.0 if share is None else share, 0.0)
            here = block.segments
            found.weight[here] += x.shape[1] if share is None else share.sum(axis=1)
            if not loss.quadratic:
                assert scores is not None
                at = block.of(scores)
                curvature = loss.curvature(at, wanted)
                wanted = at + loss.push(at, wanted) / curvature
                share = curvature if share is None else share * curvature
            if cases.offset is not None:
                wanted = wanted - block.of(cases.offset)
            weighted = x if share is None else x * share[..., np.newaxis]
            of_wanted = wanted if share is None else wanted * share
            found.xx[here] += weighted.transpose(0, 2, 1) @ x
            found.xy[here] += (of_wanted[:, np.newaxis] @ x)[:, 0]
            found.yy[here] += np.einsum("km,km->k", of_wanted, wanted)
        return found

    def __len__(self) -> int:
        return len(self.xx)

    def take(self, segments: Positions) -> Grams:
        """The sums of some of the segments."""
        return Grams(*(part[segments] for part in self._parts))

    def without(self, others: Grams, where: Positions) -> Grams:
        """The sums without those of other rows, which are of the segments `where`.

        Exactly zero for a segment of which nothing is left.
        """
        left = Grams(*(part.copy() for part in self._parts))
        gone = self.weight[where] - others.weight <= _NOTHING_LEFT * self.weight[where]
        for own, other in zip(left._parts, others._parts, strict=True):
            own[where] -= other
            own[where[gone]] = 0.0
        return left

    def among(self, nodes: int) -> Grams:
        """With segments of no rows after these, so many in all."""
        more = nodes - len(self)
        if not more:
            return self
        padded = (np.concatenate((p, np.zeros((more, *p.shape[1:])))) for p in self._parts)
        return Grams(*padded)

    @property
    def _parts(self) -> tuple[Floats, Floats, Floats, Floats]:
        return self.xx, self.xy, self.yy, self.weight
