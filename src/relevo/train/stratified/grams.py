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
        scores: Floats = np.einsum("ij,ij->i", self.x, coefficients[self.segments.of_row])
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
        coefficients: Floats | None = None,
    ) -> Grams:
        """The sums over the rows of each segment.

        For other losses than squared error: of the quadratic that touches the loss at the scores
        by `coefficients`, shape `(n_segments, n)`.
        """
        n_segments, n = len(cases.segments), cases.x.shape[1]
        found = cls(
            np.zeros((n_segments, n, n)),
            np.zeros((n_segments, n)),
            np.zeros(n_segments),
            np.zeros(n_segments),
        )
        for block in cases.segments.blocks:
            rows = np.empty((*block.rows.shape, n + 1))
            rows[..., :n] = cases.x[block.rows]
            y, offset = cases.y[block.rows], _of(cases.offset, block.rows)
            share = _of(cases.weight, block.rows)
            if block.real is not None:
                share = np.where(block.real, 1.0 if share is None else share, 0.0)
            here = block.segments
            found.weight[here] += block.rows.shape[1] if share is None else share.sum(axis=1)
            if loss.quadratic:
                rows[..., n] = y if offset is None else y - offset
            else:
                assert coefficients is not None
                own = (rows[..., :n] @ coefficients[here][..., np.newaxis])[..., 0]
                scores = own if offset is None else own + offset
                curvature = loss.curvature(scores, y)
                rows[..., n] = own + loss.push(scores, y) / curvature
                share = curvature if share is None else share * curvature
            weighted = rows if share is None else rows * share[..., np.newaxis]
            products = weighted.transpose(0, 2, 1) @ rows
            found.xx[here] += products[:, :n, :n]
            found.xy[here] += products[:, :n, n]
            found.yy[here] += products[:, n, n]
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


def _of(values: Floats | None, rows: Positions) -> Floats | None:
    return None if values is None else values[rows]
