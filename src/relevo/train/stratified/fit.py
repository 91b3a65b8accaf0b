"""`fit_segments`: from rows with keys to a predictor with coefficients for each segment."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from relevo.learn.learner import Floats, Predictor
from relevo.learn.rows import spread_and_mean
from relevo.prepare.key import key_of
from relevo.train.stratified.columns import Columns
from relevo.train.stratified.evidence import PoolingEvidence, segment_table
from relevo.train.stratified.graph import Graph
from relevo.train.stratified.held import marks_of
from relevo.train.stratified.losses import Loss
from relevo.train.stratified.outputs import Outputs, wanted_of
from relevo.train.stratified.predictor import Coefficients, StratifiedPredictor, bare
from relevo.train.stratified.segment_rows import SegmentRows
from relevo.train.stratified.segments import combined

_MOST_COLUMNS = 32
_MOST_CELLS = 2.5e7  # segments x columns^2: 0.2 GB
_FEWEST_COLUMNS = 4
_LEAST_SPREAD = 0.1  # of a base's score as a column: in log-odds, or in deviations of the target


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
    segments, matrix = rows.segments, bare(rows.matrix, rows.n_keys)
    spread, mean = spread_and_mean(rows.target) if loss.noise is None else (1.0, 0.0)
    target = rows.target.scaled(spread, mean)
    wanted = wanted_of(target)
    vary = np.array([column not in rows.labels.columns for column in matrix.columns], dtype=bool)
    marks = marks_of(matrix.values, rows.target.values)
    most = _most_columns(len(segments))
    columns = Columns.learn(matrix, vary, target.weight, wanted[:, -1], marks, most)
    scale = offsets = base_columns = None
    if rows.base_scores is not None:
        offsets = rows.base_scores if target.classes else (rows.base_scores - mean) / spread
        scale = _scale(rows.base_scores, spread)
        if scale is not None:
            base_columns = (rows.base_scores - scale[:, 0]) / scale[:, 1]
    # A segment alone is a ridge regression in the units of the features: no other changes it.
    pull = np.concatenate(([0.0], columns.spread**-2.0, np.ones(int(scale is not None))))
    kinds, only = _kinds(pooling, graph is not None, len(segments))
    pooled = Outputs(
        rows,
        columns.of(matrix.values),
        wanted,
        offsets,
        base_columns,
        loss,
        kinds,
        marks,
        only,
        graph,
        seed,
        pull if pooling == "separate" else None,
        centred=base is not None,
    ).pooled()
    values = spread * np.stack([one.values for one in pooled], axis=1)
    elsewhere = spread * np.stack([one.elsewhere for one in pooled])
    if base is None:
        values[:, :, 0] += mean
        elsewhere[:, 0] += mean
    more = () if graph is None else graph.more
    keys = np.concatenate((segments.keys, _keys_of(more)))
    seen, order = np.arange(len(keys)) < len(segments), np.argsort(keys)
    last, lengths = pooled[-1], {len(label) for label in more} - {rows.n_keys}
    return StratifiedPredictor(
        Coefficients(keys[order], values[order], seen[order], elsewhere),
        columns,
        rows.n_keys,
        segment_table(last.choice, last.cases, rows.names, last.own[: len(segments)], spread),
        PoolingEvidence.of(last.choice, last.cases, spread),
        rows.matrix.features,
        rows.target.classes,
        {"loss": loss.name, "pooling": "+".join(last.choice.used)},
        base,
        scale,
        tuple(sorted(lengths, reverse=True)),
    )


def _kinds(pooling: str, graph: bool, n_segments: int) -> tuple[tuple[str, ...], str | None]:
    """The kinds that are compared, the simplest first, and the one that is settled already."""
    if n_segments == 1:
        return ("common",), None
    kinds = ("common", "pooled", *(["graph"] if graph else []), "separate")
    if pooling == "auto":
        return kinds, None
    return tuple(kind for kind in kinds if kind in ("common", pooling, "separate")), pooling


def _scale(scores: Floats, unit: float) -> Floats | None:
    """Mean and spread of a base's scores; None when they hardly spread, and so are no column."""
    mean, spread = scores.mean(axis=0), scores.std(axis=0)
    return np.stack((mean, spread), axis=1) if (spread > _LEAST_SPREAD * unit).all() else None


def _keys_of(labels: tuple[tuple[str | None, ...], ...]) -> NDArray[np.int64]:
    found = [combined(np.array([[key_of(text) for text in label]])) for label in labels]
    return np.concatenate([np.empty(0, dtype=np.int64), *found])


def _most_columns(n_segments: int) -> int:
    affordable = int(np.sqrt(_MOST_CELLS / max(1, n_segments)))
    return int(np.clip(affordable, _FEWEST_COLUMNS, _MOST_COLUMNS)) - 1
