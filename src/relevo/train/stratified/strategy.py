"""Stratified training: what is common to all rows, and how each segment differs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from relevo.compute.budget import Budget
from relevo.compute.runner import Runner
from relevo.data.category_text import category_texts
from relevo.learn.learner import Fit, HeldScores, Predictor, Trial
from relevo.learn.limits import Limits
from relevo.train.central import Central
from relevo.train.strategy import TrainingRows
from relevo.train.stratified.fine_tuning import fine_tuned, share_of_segments
from relevo.train.stratified.fit import fit_segments
from relevo.train.stratified.graph_spec import graph_of
from relevo.train.stratified.losses import Logistic, Squared
from relevo.train.stratified.predictor import StratifiedPredictor, bare
from relevo.train.stratified.segment_columns import check_segments
from relevo.train.stratified.segment_rows import SegmentRows
from relevo.train.stratified.segments import combined

_SECONDS_PER_CELL = 4e-6  # segments' part: rows x features held back, folds and turns included
_MOST_SHARE = 0.3  # of the budget for it
_SHARE_THAT_SPEAKS_FOR_ALL = 0.5  # of former rows, by the segments that new rows are of


class Stratified:
    """A model of all rows, then each segment's own coefficients, pooled as rows held back say.

    The common part is the central search; what it said of rows that it had not learnt from is what
    segments' coefficients are learnt on, so a segment's part can only add what is not known yet.
    What is common is fine-tuned only by rows that speak for most segments.

    Parameters
    ----------
    keys
        The segment columns.
    graph
        Which segments are neighbours, see `graph_of`; None: all alike.

    """

    name = "stratified"

    def __init__(self, keys: tuple[str, ...], graph: Any = None) -> None:
        self.keys, self.graph = keys, graph

    def fit(
        self,
        rows: TrainingRows,
        budget: Budget,
        *,
        learner: str = "auto",
        runner: Runner,
        seed: int = 0,
        warm: Predictor | None = None,
        trials: int | None = None,
        limits: Limits = Limits(),  # noqa: B008 (frozen)
        keep: Path | None = None,
        progress: Callable[[Trial], None] | None = None,
    ) -> Fit:
        """Search for what is common, then pool segments; or bring those of `warm` up to date."""
        labels = rows.frame.select(category_texts(rows.frame[name]) for name in self.keys)
        together = rows.groups if rows.blocks is None else rows.blocks
        mine = SegmentRows(rows.matrix, rows.target, labels, None, rows.ordered, together)
        if warm is not None:
            assert isinstance(warm, StratifiedPredictor)
            if (
                warm.base is not None
                and share_of_segments(warm, mine) >= _SHARE_THAT_SPEAKS_FOR_ALL
            ):
                common = Central().fit(
                    replace(rows, matrix=bare(rows.matrix, len(self.keys))),
                    budget.part(1.0 - _share(rows, budget)),
                    runner=runner,
                    seed=seed,
                    warm=warm.base,
                )
                warm = warm.with_base(common.predictor)
            return Fit(fine_tuned(warm, mine, seed))
        check_segments(rows.frame, self.keys)
        common = Central().fit(
            replace(rows, matrix=bare(rows.matrix, len(self.keys))),
            budget.part(1.0 - _share(rows, budget)),
            learner=learner,
            runner=runner,
            seed=seed,
            trials=trials,
            limits=limits,
            keep=keep,
            progress=progress,
        )
        assert common.held is not None
        started = time.perf_counter()
        predictor = self._pooled(mine, rows.frame, common.predictor, common.held, seed)
        trial = _trial(predictor, time.perf_counter() - started)
        if progress is not None:
            progress(trial)
        return replace(common, predictor=predictor, trials=(*common.trials, trial), held=None)

    def _pooled(
        self,
        rows: SegmentRows,
        frame: pl.DataFrame,
        base: Predictor,
        held: HeldScores,
        seed: int,
    ) -> StratifiedPredictor:
        part = rows.with_base(with_absent_segments(rows, base, held))
        graph = None
        if self.graph is not None:
            graph = graph_of(self.graph, part.labels, part.segments, frame[held.rows])
        loss = Logistic() if rows.target.classes else Squared()
        return fit_segments(part, loss, "auto", graph, base, seed)


def with_absent_segments(rows: SegmentRows, base: Predictor, held: HeldScores) -> HeldScores:
    """The held scores, and the base's own ones of segments of which no row was held.

    A short search holds back the newest rows only: a segment that was silent lately would be
    unknown. The base knows those rows, so what such a segment has of its own is understated.
    """
    keys = combined(rows.matrix.values[:, len(rows.matrix.features) - rows.n_keys :])
    absent = np.flatnonzero(~np.isin(keys, keys[held.rows]))
    if not len(absent):
        return held
    scores = base.scores(bare(rows.matrix.take(absent), rows.n_keys))
    every = np.concatenate([held.rows, absent])
    order = np.argsort(every)
    return HeldScores(every[order], np.concatenate([held.scores, scores])[order])


def _share(rows: TrainingRows, budget: Budget) -> float:
    seconds = _SECONDS_PER_CELL * rows.matrix.values.size
    return min(_MOST_SHARE, seconds / max(budget.remaining, 1e-9))


def _trial(predictor: StratifiedPredictor, seconds: float) -> Trial:
    found = predictor.evidence
    square = 1 if predictor.classes else 2  # errors of numbers are roots of the loss
    interval = found.interval[0] ** square, found.interval[1] ** square
    differs = found.kind != "common"
    settings = {"pooling": predictor.settings["pooling"], "segments": len(predictor.segments)}
    return Trial(
        predictor.kind,
        settings,
        found.error**square,
        seconds,
        interval,
        share=1.0 if differs else 0.0,
        latency_us=nan,
        size_mb=predictor.size_mb,
    )
