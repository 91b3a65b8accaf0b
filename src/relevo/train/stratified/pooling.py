"""`Pooling`: each segment's coefficients, pooled with the others' in four ways."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.stats import chi2

from relevo.learn.learner import Floats
from relevo.train.stratified.field import TwoSpreads, effective, smoothed, two_spreads
from relevo.train.stratified.grams import Cases, Grams
from relevo.train.stratified.losses import Huber, Loss, Squared
from relevo.train.stratified.segments import Positions, Segments
from relevo.train.stratified.variance import Spread, spread_of

KINDS = ("common", "pooled", "graph", "separate")

_MOST_SEGMENTS = 2_000  # whose rows say how much segments differ: some 3 % exact
_MOST_TURNS = 30
_LONGEST_STEP = 2.0  # of a score: a rate that is multiplied by more may be far out
_SETTLED = 1e-3  # the largest change of a score; the next turn's would be about its square
_TURNS_OF_SPREAD = 4
_SURE = 0.99
_FLOOR = 1e-12
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
        Shape `(n_nodes, n)`.
    home
        Shape `(n_nodes, n)`: what is expected of a node before its own rows are seen.
    elsewhere
        Shape `(n,)`: what is expected of a segment of which nothing is known.
    own
        Shape `(n_nodes,)`: from 0 (all from the others) to 1 (all from its own rows).

    """

    kind: str
    values: Floats
    home: Floats
    elsewhere: Floats
    own: Floats


class Pooling:
    """Fits of one set of rows.

    Parameters
    ----------
    cases
        The rows.
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

    """

    def __init__(
        self,
        cases: Cases,
        loss: Loss,
        laplacian: sparse.csr_matrix | None = None,
        seed: int = 0,
        pull: Floats | None = None,
        centred: bool = False,
    ) -> None:
        self.cases, self.laplacian, self.seed, self.centred = cases, laplacian, seed, centred
        self.nodes = len(cases.segments) if laplacian is None else laplacian.shape[0]
        if laplacian is not None and centred:  # the field's mean is near zero, too
            self.laplacian = laplacian + sparse.eye(self.nodes, format="csr") / self.nodes
        self.loss = loss
        self.pull = np.full(cases.x.shape[1], _PULL_ROWS) if pull is None else pull
        if isinstance(loss, Huber):
            squared = Pooling(cases, Squared())
            settled = squared.answer("pooled").values[: len(cases.segments)]
            self.loss = Huber.of(cases.y - cases.scores(settled), cases.weight)

    def answer(self, kind: str) -> Answer:
        """The coefficients pooled in one way."""
        return {
            "unchanged": self._unchanged,
            "common": self._common,
            "pooled": self._pooled,
            "graph": self._graph,
            "separate": self._separate,
        }[kind]()

    @property
    def different(self) -> bool:
        """Whether it is likely that segments differ at all, by the likelihood ratio."""
        free = np.count_nonzero(np.tril(self.spread.root)) or 1
        return bool(self.spread.gain > chi2.ppf(_SURE, free))

    @cached_property
    def common(self) -> Floats:
        """The coefficients that suit all rows best, shape `(n,)`."""
        cases = self.cases
        if self.centred:
            return np.zeros(cases.x.shape[1])
        whole = Cases(
            cases.x,
            cases.y,
            Segments.of(np.zeros(len(cases.y), dtype=np.int64)),
            cases.weight,
            cases.offset,
        )
        start = np.zeros((1, cases.x.shape[1]))
        start[0, 0] = self.loss.start(cases.y, cases.weight)
        settled = self._settled(whole, start, _least_squares)
        return np.asarray(settled[0])

    @cached_property
    def spread(self) -> Spread:
        """How much segments differ, each for itself."""
        part = self._thinned()
        if self._quadratic:
            grams = self._grams if part is None else self._grams.take(part)
            return spread_of(grams, centred=self.centred)
        cases = self.cases if part is None else _only(self.cases, part)
        values = np.tile(self.common, (len(cases.segments), 1))
        root = None
        for _ in range(_TURNS_OF_SPREAD):
            grams = Grams.of(cases, self.loss, values)
            found = spread_of(grams, self.loss.noise, root, self.centred)
            root = found.root
            _, values = self._about_their_centre(grams, root)
        return found

    @cached_property
    def two_spreads(self) -> TwoSpreads:
        """How much segments differ, each for itself and along the graph."""
        assert self.laplacian is not None
        nodes = _around(self.laplacian, self._sizes, _MOST_SEGMENTS)
        laplacian = _induced(self.laplacian, nodes)
        filled = nodes[nodes < len(self.cases.segments)]
        if self._quadratic:
            grams = self._grams.take(filled)
        else:
            part = _only(self.cases, filled)
            start, root = np.tile(self.common, (len(filled), 1)), self.spread.root
            values = self._settled(part, start, lambda one: self._about_their_centre(one, root)[1])
            grams = Grams.of(part, self.loss, values)
        order = np.argsort(nodes >= len(self.cases.segments), kind="stable")
        laplacian = laplacian[order][:, order]
        total = self.spread.root @ self.spread.root.T
        return two_spreads(grams.among(len(nodes)), self.spread.noise, laplacian, total, self.seed)

    def _unchanged(self) -> Answer:
        nothing = np.zeros((self.nodes, self.cases.x.shape[1]))
        return Answer("unchanged", nothing, nothing, nothing[0], np.zeros(self.nodes))

    def _common(self) -> Answer:
        values = np.tile(self.common, (self.nodes, 1))
        return Answer("common", values, values, self.common, np.zeros(self.nodes))

    def _separate(self) -> Answer:
        level = _PULL_ROWS_OF_LEVEL.get(self.loss.name, _PULL_ROWS_OF_LEVEL_ELSE)
        start = np.zeros((len(self.cases.segments), self.cases.x.shape[1]))
        values = self._settled(self.cases, start, lambda grams: _ridge(grams, self.pull, level))
        home = np.tile(self.common, (self.nodes, 1))
        own = (np.arange(self.nodes) < len(values)).astype(np.float64)
        return Answer("separate", self._with_homes(values, home), home, self.common, own)

    def _pooled(self) -> Answer:
        root = self.spread.root
        centre, own = self.spread.common, np.zeros(self.nodes)

        def solved(grams: Grams) -> Floats:
            nonlocal centre, own
            centre, values = self._about_their_centre(grams, root)
            own = _own(grams, root @ root.T)
            return values

        values = self._settled(self.cases, self._start(), solved)
        home = np.tile(centre, (self.nodes, 1))
        return Answer("pooled", self._with_homes(values, home), home, centre, self._padded(own))

    def _graph(self) -> Answer:
        assert self.laplacian is not None
        laplacian, spreads = self.laplacian, self.two_spreads
        floor = _FLOOR * np.eye(self.cases.x.shape[1])
        root = np.asarray(np.linalg.cholesky(spreads.alone + floor), dtype=np.float64)
        precision = np.asarray(np.linalg.inv(spreads.along + floor), dtype=np.float64)
        home, own = np.tile(self.spread.common, (self.nodes, 1)), np.zeros(self.nodes)

        def solved(grams: Grams) -> Floats:
            nonlocal home, own
            nodes = grams.among(self.nodes)
            through, seen, shrunk = effective(nodes, root)
            home = smoothed(
                through, seen[..., np.newaxis], laplacian, precision, home[..., np.newaxis]
            )[..., 0]
            rest = nodes.xy - np.einsum("kij,kj->ki", nodes.xx, home)
            values = home + np.einsum("kij,kj->ki", shrunk, rest)
            return np.asarray(values[: len(grams)])

        values = self._settled(self.cases, self._start(), solved)
        return Answer("graph", self._with_homes(values, home), home, self.spread.common, own)

    def _about_their_centre(self, grams: Grams, root: Floats) -> tuple[Floats, Floats]:
        """What coefficients deviate from, `(n,)`, and the coefficients `(n_segments, n)`."""
        own, seen, shrunk = effective(grams, root)
        centre = np.zeros(len(root))
        if not self.centred:
            centre = np.linalg.pinv(own.sum(axis=0), hermitian=True) @ seen.sum(axis=0)
        rest = grams.xy - grams.xx @ centre
        return centre, centre + np.einsum("kij,kj->ki", shrunk, rest)

    def _start(self) -> Floats:
        return np.tile(self.common, (len(self.cases.segments), 1))

    def _with_homes(self, values: Floats, home: Floats) -> Floats:
        return np.concatenate((values, home[len(values) :]))

    def _padded(self, own: Floats) -> Floats:
        return np.concatenate((own, np.zeros(self.nodes - len(own))))

    @property
    def _quadratic(self) -> bool:
        return self.loss.quadratic

    @cached_property
    def _grams(self) -> Grams:
        return Grams.of(self.cases)

    @cached_property
    def _sizes(self) -> Floats:
        sizes = np.zeros(self.nodes)
        sizes[: len(self.cases.segments)] = self.cases.sizes
        return sizes

    def _settled(self, cases: Cases, start: Floats, solved: Callable[[Grams], Floats]) -> Floats:
        """The coefficients that a loss asks for, by Newton's method in steps of bounded length."""
        if self._quadratic:
            return solved(self._grams if cases is self.cases else Grams.of(cases))
        values, scores = start, cases.scores(start)
        for _ in range(_MOST_TURNS):
            wanted = solved(Grams.of(cases, self.loss, values))
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
        sizes, cases = self.cases.sizes, self.cases
        if len(sizes) <= _MOST_SEGMENTS:
            return None
        y = cases.y if cases.weight is None else cases.weight * cases.y
        level = np.bincount(cases.segments.of_row, y, len(sizes)) / sizes
        by_size = np.lexsort((level, sizes))
        return by_size[np.linspace(0, len(by_size) - 1, _MOST_SEGMENTS).astype(np.intp)]


def _own(grams: Grams, covariance: Floats) -> Floats:
    """How far a segment's rows prevail over what is expected of it, from 0 to 1."""
    n = len(covariance)
    said = np.eye(n) + grams.xx @ covariance
    return np.asarray(1.0 - np.trace(np.linalg.inv(said), axis1=1, axis2=2) / n)


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
