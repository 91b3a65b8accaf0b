"""`Outputs`: the pooled coefficients of everything that is predicted, a number or each class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from relevo.learn.learner import Floats, Target
from relevo.train.stratified.choice import Choice, choose
from relevo.train.stratified.grams import Cases
from relevo.train.stratified.graph import Graph
from relevo.train.stratified.held import Marks
from relevo.train.stratified.losses import Loss
from relevo.train.stratified.pooling import Pooling
from relevo.train.stratified.segment_rows import SegmentRows

_TURNS_OVER_CLASSES = 3
_LEAST_SHARE = 1e-6


@dataclass(frozen=True)
class Pooled:
    """Coefficients of one output."""

    values: Floats
    elsewhere: Floats
    own: Floats
    choice: Choice
    cases: Cases


@dataclass(frozen=True)
class Outputs:
    """What is to be predicted of rows, and how.

    Attributes
    ----------
    rows
        What is learnt from.
    x
        Their columns, `(n_rows, n_columns)`, without the base's score.
    wanted
        What each output should say, `(n_rows, n_outputs)`.
    offsets
        What each output's score begins with, `(n_rows, n_outputs)`, or None.
    base_columns
        The base's scores as one more column of each output, `(n_rows, n_outputs)`, or None.
    loss, graph, seed, pull, centred
        As in `Pooling`.
    kinds, only, marks
        As in `choose`.

    """

    rows: SegmentRows
    x: Floats
    wanted: Floats
    offsets: Floats | None
    base_columns: Floats | None
    loss: Loss
    kinds: tuple[str, ...]
    marks: Marks
    only: str | None = None
    graph: Graph | None = None
    seed: int = 0
    pull: Floats | None = None
    centred: bool = False

    def pooled(self) -> list[Pooled]:
        """The coefficients of each output.

        Of several classes each is told from all others in turn, given what is said of these: the
        blocks of a multinomial likelihood.
        """
        n_outputs = self.wanted.shape[1]
        if n_outputs == 1:
            return [self._pooled(0, None if self.offsets is None else self.offsets[:, 0])]
        shares = np.average(self.wanted, axis=0, weights=self.rows.target.weight)
        level = np.log(np.maximum(shares, _LEAST_SHARE))
        base = np.zeros_like(self.wanted) if self.offsets is None else self.offsets
        scores = np.tile(level, (len(base), 1)) if self.offsets is None else base.copy()
        found: list[Pooled] = []
        for turn in range(_TURNS_OVER_CLASSES):
            for place in range(n_outputs):
                others = logsumexp(np.delete(scores, place, axis=1), axis=1)
                known = found[place].choice if turn else None
                pooled = self._pooled(place, base[:, place] - others, known)
                own = pooled.values[: len(self.rows.segments)]
                scores[:, place] = self._cases(place, base[:, place]).scores(own)
                found[place : place + 1] = [pooled]
        return found

    def _pooled(self, place: int, offset: Floats | None, known: Choice | None = None) -> Pooled:
        cases = self._cases(place, offset)
        laplacian = None if self.graph is None else self.graph.laplacian
        ready = Pooling(cases, self.loss, laplacian, self.seed, self.pull, self.centred)
        choice = known or choose(
            cases,
            self.loss,
            self.kinds,
            laplacian,
            self.rows.ordered,
            self.rows.groups,
            self.seed,
            self.only,
            self.marks,
            ready,
        )
        answers = [ready.answer(kind) for kind in choice.used]
        sizes = np.zeros(len(answers[0].own))
        sizes[: len(cases.segments)] = cases.sizes
        weights = choice.of_sizes(sizes).T
        of_new = choice.of_sizes(np.zeros(1))[0]
        return Pooled(
            np.asarray(sum(w[:, None] * a.values for w, a in zip(weights, answers, strict=True))),
            np.asarray(sum(w * a.elsewhere for w, a in zip(of_new, answers, strict=True))),
            np.asarray(sum(w * a.own for w, a in zip(weights, answers, strict=True))),
            choice,
            cases,
        )

    def _cases(self, place: int, offset: Floats | None) -> Cases:
        x = self.x
        if self.base_columns is not None:
            x = np.concatenate((x, self.base_columns[:, place, np.newaxis]), axis=1)
        weight = self.rows.target.weight
        return Cases(x, self.wanted[:, place], self.rows.segments, weight, offset)


def wanted_of(target: Target) -> Floats:
    """What each output should say, `(n_rows, n_outputs)`: the number, or 1 for the class."""
    if len(target.classes) <= 2:
        return target.values[:, np.newaxis]
    return np.asarray(target.values[:, np.newaxis] == np.arange(len(target.classes)), dtype=float)
