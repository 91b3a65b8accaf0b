"""`fit_segments`: from rows with keys to a predictor with coefficients for each segment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.special import logsumexp

from relevo.learn.learner import Floats, HeldScores, Predictor, Target
from relevo.learn.rows import spread_and_mean
from relevo.prepare.key import key_of
from relevo.prepare.matrix import Matrix
from relevo.train.stratified.choice import Choice, choose
from relevo.train.stratified.columns import Columns
from relevo.train.stratified.evidence import PoolingEvidence, segment_table
from relevo.train.stratified.grams import Cases
from relevo.train.stratified.graph import Graph
from relevo.train.stratified.held import Marks, marks_of
from relevo.train.stratified.losses import Loss
from relevo.train.stratified.pooling import Pooling
from relevo.train.stratified.predictor import Coefficients, StratifiedPredictor, bare
from relevo.train.stratified.segments import Positions, Segments, combined

_MOST_COLUMNS = 32
_MOST_CELLS = 2.5e7  # segments x columns^2: 0.2 GB
_FEWEST_COLUMNS = 4
_TURNS_OVER_CLASSES = 3
_LEAST_SHARE = 1e-6


@dataclass(frozen=True)
class SegmentRows:
    """Rows to learn from.

    Attributes
    ----------
    matrix
        The prepared rows; the last features are the keys of the segment columns.
    target
        Of these rows.
    labels
        The segment columns as texts, `(n_rows, n_keys)`.
    base_scores
        Of a base, of rows that it was not trained on, `(n_rows, n_outputs)`; None without a base.
    ordered, groups
        As in `TrainingRows`.

    """

    matrix: Matrix
    target: Target
    labels: pl.DataFrame
    base_scores: Floats | None = None
    ordered: bool = False
    groups: Positions | None = None

    @property
    def n_keys(self) -> int:
        """How many segment columns there are."""
        return self.labels.width

    def with_base(self, held: HeldScores) -> SegmentRows:
        """The rows that a base was not trained on, with its scores."""
        rows = held.rows
        return SegmentRows(
            self.matrix.take(rows),
            self.target.take(rows),
            self.labels[rows],
            held.scores,
            self.ordered,
            None if self.groups is None else self.groups[rows],
        )


@dataclass(frozen=True)
class _Pooled:
    """Coefficients of one output."""

    values: Floats
    elsewhere: Floats
    own: Floats
    choice: Choice
    cases: Cases


def fit_segments(
    rows: SegmentRows,
    loss: Loss,
    pooling: str = "auto",
    graph: Graph | None = None,
    base: Predictor | None = None,
    seed: int = 0,
) -> StratifiedPredictor:
    """Coefficients of all segments, pooled as asked, or as rows held back say.

    Parameters
    ----------
    rows
        What is learnt from.
    loss
        What is minimised.
    pooling
        `"auto"`, or one of `relevo.train.stratified.pooling.KINDS`.
    graph
        Its first nodes are the segments in the order of their keys; needed for `"graph"`, tried by
        `"auto"`.
    base
        What `rows.base_scores` come from.
    seed
        Of what is estimated by sampling.

    """
    segments = segments_of(rows)
    matrix = bare(rows.matrix, rows.n_keys)
    spread, mean = spread_and_mean(rows.target) if loss.noise is None else (1.0, 0.0)
    target = rows.target.scaled(spread, mean)
    wanted = _wanted(target)
    most = _most_columns(len(segments))
    vary = np.array([column not in rows.labels.columns for column in matrix.columns], dtype=bool)
    marks = marks_of(matrix.values, rows.target.values)
    columns = Columns.learn(matrix, vary, target.weight, wanted[:, -1], marks, most)
    x, scale, offsets = columns.of(matrix.values), None, None
    if rows.base_scores is not None:
        scale = _scale(rows.base_scores)
        offsets = rows.base_scores if target.classes else (rows.base_scores - mean) / spread
    # A segment alone is a ridge regression in the units of the features: no other changes it.
    pull = np.concatenate(([0.0], columns.spread**-2.0, np.ones(int(scale is not None))))
    raw = pull if pooling == "separate" else None
    fitting = _Fitting(rows, segments, loss, pooling, graph, seed, marks, raw)
    pooled = fitting.outputs(x, wanted, scale, offsets)
    values = spread * np.stack([one.values for one in pooled], axis=1)
    elsewhere = spread * np.stack([one.elsewhere for one in pooled])
    if base is None:
        values[:, :, 0] += mean
        elsewhere[:, 0] += mean
    more = () if graph is None else graph.more
    keys = np.concatenate((segments.keys, _keys_of(more)))
    order = np.argsort(keys)
    coefficients = Coefficients(
        keys[order], values[order], (np.arange(len(keys)) < len(segments))[order], elsewhere
    )
    last = pooled[-1]
    own = last.own[: len(segments)]
    names = rows.labels[segments.order[segments.starts[:-1]]]
    table = segment_table(last.choice, last.cases, names, own, spread)
    lengths = {len(label) for label in more} - {rows.n_keys}
    return StratifiedPredictor(
        coefficients,
        columns,
        rows.n_keys,
        table,
        PoolingEvidence.of(last.choice, last.cases, spread),
        rows.matrix.features,
        rows.target.classes,
        {"loss": loss.name, "pooling": "+".join(last.choice.used)},
        base,
        scale,
        tuple(sorted(lengths, reverse=True)),
    )


def segments_of(rows: SegmentRows) -> Segments:
    """The segments of rows with keys."""
    return Segments.of(combined(rows.matrix.values[:, len(rows.matrix.features) - rows.n_keys :]))


@dataclass(frozen=True)
class _Fitting:
    """What all outputs share."""

    rows: SegmentRows
    segments: Segments
    loss: Loss
    pooling: str
    graph: Graph | None
    seed: int
    marks: Marks
    pull: Floats | None

    def outputs(
        self, x: Floats, wanted: Floats, scale: Floats | None, offsets: Floats | None
    ) -> list[_Pooled]:
        """The coefficients of each output.

        Of several classes each is told from all others in turn, given what is said of these: the
        blocks of a multinomial likelihood.
        """
        n_outputs = wanted.shape[1]
        if n_outputs == 1:
            return [self._output(x, wanted, 0, scale, offsets, None)]
        shares = np.average(wanted, axis=0, weights=self.rows.target.weight)
        scores = np.tile(np.log(np.maximum(shares, _LEAST_SHARE)), (len(wanted), 1))
        base = np.zeros_like(scores) if offsets is None else offsets
        scores = scores if offsets is None else offsets.copy()
        found: list[_Pooled] = []
        for turn in range(_TURNS_OVER_CLASSES):
            for place in range(n_outputs):
                others = logsumexp(np.delete(scores, place, axis=1), axis=1)
                known = found[place].choice if turn else None
                apart = np.zeros_like(scores)
                apart[:, place] = base[:, place] - others
                pooled = self._output(x, wanted, place, scale, apart, known)
                cases = self._cases(x, wanted, place, scale, base)
                scores[:, place] = cases.scores(pooled.values[: len(self.segments)])
                found[place : place + 1] = [pooled]
        return found

    def _output(
        self,
        x: Floats,
        wanted: Floats,
        place: int,
        scale: Floats | None,
        offsets: Floats | None,
        known: Choice | None,
    ) -> _Pooled:
        cases = self._cases(x, wanted, place, scale, offsets)
        laplacian = None if self.graph is None else self.graph.laplacian
        choice = known or self._choice(cases)
        ready = Pooling(cases, self.loss, laplacian, self.seed, self.pull)
        answers = [ready.answer(kind) for kind in choice.used]
        sizes = np.zeros(len(answers[0].own))
        sizes[: len(self.segments)] = cases.sizes
        weights = choice.of_sizes(sizes)
        of_new = choice.of_sizes(np.zeros(1))[0]
        return _Pooled(
            sum(w[:, np.newaxis] * a.values for w, a in zip(weights.T, answers, strict=True)),
            sum(w * a.elsewhere for w, a in zip(of_new, answers, strict=True)),
            sum(w * a.own for w, a in zip(weights.T, answers, strict=True)),
            choice,
            cases,
        )

    def _choice(self, cases: Cases) -> Choice:
        laplacian = None if self.graph is None else self.graph.laplacian
        kinds = ["common", "pooled", *(["graph"] if self.graph else []), "separate"]
        only = None if self.pooling == "auto" else self.pooling
        if only is not None:
            kinds = [kind for kind in kinds if kind in ("common", only, "separate")]
        if len(self.segments) == 1:
            kinds, only = ["common"], None
        ordered, groups, loss = self.rows.ordered, self.rows.groups, self.loss
        return choose(cases, loss, kinds, laplacian, ordered, groups, self.seed, only, self.marks)

    def _cases(
        self, x: Floats, wanted: Floats, place: int, scale: Floats | None, offsets: Floats | None
    ) -> Cases:
        if scale is not None:
            assert self.rows.base_scores is not None
            mean, spread = scale[place]
            of_base = (self.rows.base_scores[:, place] - mean) / spread
            x = np.concatenate((x, of_base[:, np.newaxis]), axis=1)
        offset = None if offsets is None else offsets[:, place]
        return Cases(x, wanted[:, place], self.segments, self.rows.target.weight, offset)


def _wanted(target: Target) -> Floats:
    """What each output should say, `(n_rows, n_outputs)`: the number, or 1 for the class."""
    if len(target.classes) <= 2:
        return target.values[:, np.newaxis]
    return np.asarray(target.values[:, np.newaxis] == np.arange(len(target.classes)), dtype=float)


def _scale(scores: Floats) -> Floats:
    mean, spread = scores.mean(axis=0), scores.std(axis=0)
    return np.stack((mean, np.where(spread > 0, spread, 1.0)), axis=1)


def _keys_of(labels: tuple[tuple[str | None, ...], ...]) -> Positions:
    found = [combined(np.array([[key_of(text) for text in label]])) for label in labels]
    return np.concatenate([np.empty(0, dtype=np.int64), *found])


def _most_columns(n_segments: int) -> int:
    affordable = int(np.sqrt(_MOST_CELLS / max(1, n_segments)))
    return int(np.clip(affordable, _FEWEST_COLUMNS, _MOST_COLUMNS)) - 1
