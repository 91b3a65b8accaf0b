"""`Pooling`: each segment's coefficients, pooled with the others' in four ways."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from relevo.learn.learner import Floats
from relevo.train.stratified.field import (
    TwoSpreads,
    effective,
    roots_of,
    smoothed,
    two_spreads,
)
from relevo.train.stratified.grams import Cases, Grams
from relevo.train.stratified.losses import Huber, Loss, Squared
from relevo.train.stratified.segments import Positions, Segments
from relevo.train.stratified.variance import Spread, spread_of

KINDS = ("common", "pooled", "graph", "separate")

_MOST_SEGMENTS = 1_000  # whose rows say how much segments differ: some 4 % exact
_MOST_TURNS = 30
_LONGEST_STEP = 2.0  # of a score: a rate that is multiplied by more may be far out
_SETTLED = 0.01  # the largest change of a score; the next turn's would be about its square
_TURNS_OF_SPREAD = 4
_ROWS_OF_A_START = 50_000
_FLOOR = 1e-12
_TOLERANCE = 3e-4  # of a field: some hundredths of the noise's hundredth part
_PULL_ROWS = 1.0  # of a slope towards 0 in a model of a segment alone
_PULL_ROWS_OF_LEVEL = {"squared": 1e-9, "huber": 1e-9}  # else a segment of one class has no answer
_PULL_ROWS_OF_LEVEL_ELSE = 0.1


@dataclass(frozen=True)
class Answer:
    """Coefficients of all segments.

    Attributes
    ----------
    kind
        One of `KINDS`; `unchanged`, all zero, where former coefficients are the offset.
    values
        Shape `(n_nodes, n)`; of a node without rows, what is expected there.
    elsewhere
        Shape `(n,)`: what is expected of a segment of which nothing is known.
    own
        Shape `(n_nodes,)`: from 0 (all from the others) to 1 (all from its own rows).

    """

    kind: str
    values: Floats
    elsewhere: Floats
    own: Floats


class Pooling:
    """Fits of one set of rows.

    Parameters
    ----------
    cases
        The rows; not needed where `grams` say all.
    loss
        What is minimised.
    laplacian
        Of the graph, `(n_nodes, n_nodes)`; its first nodes are the segments of the cases, in
        order. None when there is no graph.
    seed
        Of what is estimated by sampling.
    pull
        Of each coefficient but the first towards 0 in a segment that stands alone, `(n,)`.
    centred
        Whether what is common is in the offset already: coefficients then deviate from zero, and
        the common model is zero.
    grams
        Of the rows, for squared error, when these are known already.
    tolerance
        Of the field's residual, relative.
    like
        What was learnt from about the same rows: how much segments differ is taken from there.

    """

    def __init__(
        self,
        cases: Cases | None,
        loss: Loss,
        laplacian: sparse.csr_matrix | None = None,
        seed: int = 0,
        pull: Floats | None = None,
        centred: bool = False,
        grams: Grams | None = None,
        like: Pooling | None = None,
        tolerance: float = _TOLERANCE,
    ) -> None:
        self.laplacian, self.seed, self.centred, self.loss = laplacian, seed, centred, loss
        if grams is None and loss.quadratic:
            assert cases is not None
            grams = Grams.of(cases)
        self._cases, self._grams, self._like = cases, grams, like
        self.tolerance = tolerance
        self.sizes = self.cases.sizes if grams is None else grams.weight
        self.n = self.cases.x.shape[1] if grams is None else grams.xx.shape[1]
        self.nodes = len(self.sizes) if laplacian is None else laplacian.shape[0]
        self.pull = np.full(self.n, _PULL_ROWS) if pull is None else pull
        if laplacian is not None and centred:  # the field's mean is near zero, too
            self.laplacian = laplacian + sparse.eye(self.nodes, format="csr") / self.nodes
        if isinstance(loss, Huber):
            settled = Pooling(cases, Squared()).answer("pooled").values[: len(self.sizes)]
            residuals = self.cases.y - self.cases.scores(settled)
            self.loss = Huber.of(residuals, self.cases.weight)

    @property
    def grams(self) -> Grams | None:
        """All that squared error needs to know of the rows; None for other losses."""
        return self._grams

    @property
    def cases(self) -> Cases:
        """The rows."""
        assert self._cases is not None
        return self._cases

    def answer(self, kind: str) -> Answer:
        """The coefficients pooled in one way."""
        return {
            "unchanged": self._unchanged,
            "common": self._common,
            "pooled": self._pooled,
            "graph": self._graph,
            "separate": self._separate,
        }[kind]()

    @cached_property
    def common(self) -> Floats:
        """The coefficients that suit all rows best, shape `(n,)`."""
        if self.centred:
            return np.zeros(self.n)
        if self._grams is not None:
            products = np.linalg.pinv(self._grams.xx.sum(axis=0), hermitian=True)
            return np.asarray(products @ self._grams.xy.sum(axis=0))
        cases = self.cases
        start = np.zeros((1, self.n))
        start[0, 0] = self.loss.start(cases.y, cases.weight)
        for every in (1 + len(cases.y) // _ROWS_OF_A_START, 1):  # some of the rows come near it
            start = self._settled(_in_one(cases, every), start, _least_squares)
            if every == 1:
                break
        return np.asarray(start[0])

    @cached_property
    def spread(self) -> Spread:
        """How much segments differ, each for itself."""
        if self._like is not None:
            return self._like.spread
        part = self._thinned()
        if self._grams is not None:
            grams = self._grams if part is None else self._grams.take(part)
            return spread_of(grams, centred=self.centred)
        cases = self.cases if part is None else _only(self.cases, part)
        values = np.tile(self.common, (len(cases.segments), 1))
        root = None
        for _ in range(_TURNS_OF_SPREAD):
            grams = Grams.of(cases, self.loss, cases.scores(values))
            found = spread_of(grams, self.loss.noise, root, self.centred)
            root = found.root
            _, values, _ = self._about_their_centre(grams, root)
        return found

    @cached_property
    def two_spreads(self) -> TwoSpreads:
        """How much segments differ, each for itself and along the graph."""
        assert self.laplacian is not None
        if self._like is not None:
            return self._like.two_spreads
        sizes, count = self._padded(self.sizes), len(self.sizes)
        nodes = _around(self.laplacian, sizes, _MOST_SEGMENTS)
        laplacian = _induced(self.laplacian, nodes)
        filled = nodes[nodes < count]
        if self._grams is not None:
            grams = self._grams.take(filled)
        else:
            part = _only(self.cases, filled)
            start, root = np.tile(self.common, (len(filled), 1)), self.spread.root
            values = self._settled(part, start, lambda one: self._about_their_centre(one, root)[1])
            grams = Grams.of(part, self.loss, part.scores(values))
        order = np.argsort(nodes >= count, kind="stable")
        laplacian = laplacian[order][:, order]
        total = self.spread.root @ self.spread.root.T
        return two_spreads(grams.among(len(nodes)), self.spread.noise, laplacian, total, self.seed)

    def _unchanged(self) -> Answer:
        nothing = np.zeros((self.nodes, self.n))
        return Answer("unchanged", nothing, nothing[0], np.zeros(self.nodes))

    def _common(self) -> Answer:
        values = np.tile(self.common, (self.nodes, 1))
        return Answer("common", values, self.common, np.zeros(self.nodes))

    def _separate(self) -> Answer:
        level = _PULL_ROWS_OF_LEVEL.get(self.loss.name, _PULL_ROWS_OF_LEVEL_ELSE)
        values = self._settled(
            self._cases, self._start(), lambda grams: _ridge(grams, self.pull, level)
        )
        home = np.tile(self.common, (self.nodes, 1))
        values[self.sizes == 0.0] = self.common
        own = self._padded((self.sizes > 0.0).astype(np.float64))
        return Answer("separate", self._with_homes(values, home), self.common, own)

    def _pooled(self) -> Answer:
        root = self.spread.root
        centre, own = self.spread.common, np.zeros(self.nodes)

        def solved(grams: Grams) -> Floats:
            nonlocal centre, own
            centre, values, shrunk = self._about_their_centre(grams, root)
            own = _own(grams, shrunk)
            return values

        values = self._settled(self._cases, self._start(), solved)
        home = np.tile(centre, (self.nodes, 1))
        return Answer("pooled", self._with_homes(values, home), centre, self._padded(own))

    def _graph(self) -> Answer:
        assert self.laplacian is not None
        laplacian, spreads = self.laplacian, self.two_spreads
        floor = _FLOOR * np.eye(self.n)
        root, back = roots_of(spreads.alone + floor)[0], roots_of(spreads.along + floor)[1]
        precision = back @ back.T
        home, own = np.tile(self.spread.common, (self.nodes, 1)), np.zeros(self.nodes)

        def solved(grams: Grams) -> Floats:
            nonlocal home, own
            nodes = grams.among(self.nodes)
            through, seen, shrunk = effective(nodes, root)
            right, begin = seen[..., np.newaxis], home[..., np.newaxis]
            home = smoothed(through, right, laplacian, precision, begin, self.tolerance)[..., 0]
            own = _own(nodes, shrunk)
            rest = nodes.xy - np.einsum("kij,kj->ki", nodes.xx, home)
            values = home + np.einsum("kij,kj->ki", shrunk, rest)
            return np.asarray(values[: len(grams)])

        values = self._settled(self._cases, self._start(), solved)
        return Answer("graph", self._with_homes(values, home), self.spread.common, own)

    def _about_their_centre(self, grams: Grams, root: Floats) -> tuple[Floats, Floats, Floats]:
        """What coefficients deviate from, `(n,)`, themselves, and their covariance given rows."""
        own, seen, shrunk = effective(grams, root)
        centre = np.zeros(len(root))
        if not self.centred:
            centre = np.linalg.pinv(own.sum(axis=0), hermitian=True) @ seen.sum(axis=0)
        rest = grams.xy - grams.xx @ centre
        return centre, centre + np.einsum("kij,kj->ki", shrunk, rest), shrunk

    def _start(self) -> Floats:
        return np.tile(self.common, (len(self.sizes), 1))

    def _with_homes(self, values: Floats, home: Floats) -> Floats:
        return np.concatenate((values, home[len(values) :]))

    def _padded(self, own: Floats) -> Floats:
        return np.concatenate((own, np.zeros(self.nodes - len(own))))

    def _settled(
        self, cases: Cases | None, start: Floats, solved: Callable[[Grams], Floats]
    ) -> Floats:
        """The coefficients that a loss asks for, by Newton's method in steps of bounded length."""
        if self._grams is not None:
            return solved(self._grams)
        assert cases is not None
        values, scores = start, cases.scores(start)
        for _ in range(_MOST_TURNS):
            wanted = solved(Grams.of(cases, self.loss, scores))
            change = cases.scores(wanted) - scores
            furthest = cases.segments.largest(np.abs(change))
            share = np.minimum(1.0, _LONGEST_STEP / np.maximum(furthest, _LONGEST_STEP))
            values = values + share[:, np.newaxis] * (wanted - values)
            scores = scores + share[cases.segments.of_row] * change
            if furthest.max() < _SETTLED:
                break
        return values

    def _thinned(self) -> Positions | None:
        """Segments of all sizes, the same ones whatever their order or names; None for all."""
        sizes = self.sizes
        if np.count_nonzero(sizes) <= _MOST_SEGMENTS:
            return None
        if self._grams is not None:
            total = self._grams.xy[:, 0]
        else:
            cases = self.cases
            y = cases.y if cases.weight is None else cases.weight * cases.y
            total = np.bincount(cases.segments.of_row, y, len(sizes)).astype(np.float64)
        level = total / np.maximum(sizes, np.finfo(float).tiny)
        by_size = np.lexsort((level, sizes))
        by_size = by_size[np.searchsorted(sizes[by_size], 0.0, side="right") :]
        return by_size[np.linspace(0, len(by_size) - 1, _MOST_SEGMENTS).astype(np.intp)]


def _own(grams: Grams, shrunk: Floats) -> Floats:
    """How far a segment's rows prevail over what is expected of it, from 0 to 1."""
    return np.asarray(np.einsum("kij,kij->k", grams.xx, shrunk) / shrunk.shape[1])


def _in_one(cases: Cases, every: int) -> Cases:
    """Every so many rows, as one segment."""
    y = cases.y[::every]
    return Cases(
        cases.x[::every],
        y,
        Segments.of(np.zeros(len(y), dtype=np.int64)),
        None if cases.weight is None else cases.weight[::every],
        None if cases.offset is None else cases.offset[::every],
    )


def _least_squares(grams: Grams) -> Floats:
    """Coefficients of each segment alone, of several equal ones the smallest."""
    return np.asarray(
        (np.linalg.pinv(grams.xx, hermitian=True) @ grams.xy[..., np.newaxis])[..., 0]
    )


def _ridge(grams: Grams, pull: Floats, level: float) -> Floats:
    """Coefficients of each segment alone, drawn to 0: the first one by `level`."""
    pull = np.concatenate(([level], pull[1:]))
    return np.asarray(np.linalg.solve(grams.xx + np.diag(pull), grams.xy[..., np.newaxis])[..., 0])


def part_of(cases: Cases, rows: NDArray[np.bool_]) -> tuple[Cases, Positions]:
    """Some of the rows, and the new number of each segment, -1 of those that have none of them."""
    taken = np.flatnonzero(rows)
    segments = Segments.of(cases.segments.of_row[taken].astype(np.int64))
    number = np.full(len(cases.segments), -1, dtype=np.intp)
    number[segments.keys] = np.arange(len(segments))
    return Cases(
        cases.x[taken],
        cases.y[taken],
        segments,
        None if cases.weight is None else cases.weight[taken],
        None if cases.offset is None else cases.offset[taken],
    ), number


def _only(cases: Cases, segments: Positions) -> Cases:
    """The rows of some segments, in their order."""
    named = np.zeros(len(cases.segments), dtype=bool)
    named[segments] = True
    return part_of(cases, named[cases.segments.of_row])[0]


def _around(laplacian: sparse.csr_matrix, sizes: Floats, most: int) -> Positions:
    """Nodes that hang together, around the largest segments."""
    if laplacian.shape[0] <= most:
        return np.arange(laplacian.shape[0])
    taken = np.zeros(len(sizes), dtype=bool)
    for node in np.argsort(-sizes, kind="stable"):
        if taken.sum() >= most:
            break
        if not taken[node]:
            near = sparse.csgraph.breadth_first_order(
                laplacian, node, directed=False, return_predecessors=False
            )
            taken[near[~taken[near]][: most - int(taken.sum())]] = True
    return np.flatnonzero(taken)


def _induced(laplacian: sparse.csr_matrix, nodes: Positions) -> sparse.csr_matrix:
    """The Laplacian of some nodes and the edges among them."""
    part = laplacian[nodes][:, nodes]
    part = part - sparse.diags(part.diagonal())
    return sparse.csr_matrix(part + sparse.diags(-np.asarray(part.sum(axis=1)).ravel()))
