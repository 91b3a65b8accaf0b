"""`shadow_gap`: what a replica that had been kept fresh would have gained over the champion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.compute.budget import Budget
from relevo.compute.registry import runner as runner_named
from relevo.cycle.known import KnownRows
from relevo.cycle.project import Project
from relevo.errors import RelevoError
from relevo.learn.learner import Floats, Predictor
from relevo.model.model import Model
from relevo.renew.division import new_rows
from relevo.renew.durations import days_in
from relevo.renew.shadow import Shadow
from relevo.renew.situation import Gap
from relevo.score.metrics import row_losses
from relevo.train.registry import strategy as strategy_named
from relevo.train.strategy import TrainingRows
from relevo.train.target import target_of

_SECONDS_OF_A_FOLD = 5.0  # a fine-tuning takes a fraction of one
_FEWEST_ROWS = 20  # to fine-tune on
_MOST_ROWS_OF_A_DAY = 300  # the day is one observation: more rows hardly make it a finer one
# A replica is fine-tuned often while it is new to the change, later every four weeks.
_FIRST_FOLDS, _FOLD_DAYS = (1, 2, 4, 7, 14, 21), 28
_MICROSECONDS_OF_A_DAY = 86_400_000_000
_DAY, _WHEN = "__day", "__when"


def shadow_gap(project: Project, champion: Model, known: KnownRows) -> Gap | None:
    """The gain of a replica in the shadow, day by day since the champion was made.

    Nothing of it is kept: it is found anew from the rows. These are walked forward from the first
    that is new to the champion. At days fixed in advance (so that a later look only adds days, and
    the bound of `Shadow` holds over looks) the replica is fine-tuned on what had become known
    since; until the next such day it is judged against the champion on the same rows. A day on
    which the replica is the champion still is no evidence.

    Gives None when no day was judged, or these rows cannot be learnt from.
    """
    try:
        walk = _Walk.of(project, champion, known)
        gaps = list(walk.gaps()) if walk else []
    except RelevoError:  # such as a weight below zero; replicas will fail on it, and tell
        return None
    evidence = Shadow(project.problem.watch.alpha)
    for gap in gaps:
        evidence.see(gap)
    return evidence.gap() if gaps else None


@dataclass(frozen=True)
class _Walk:
    """The rows that the champion has not learnt from, oldest first.

    `day` counts from the first row that is new to the champion; rows before day 0 judged it.
    """

    project: Project
    champion: Model
    rows: TrainingRows
    day: NDArray[np.int64]

    @classmethod
    def of(cls, project: Project, champion: Model, known: KnownRows) -> _Walk | None:
        problem, lineage = project.problem, champion.lineage
        time = problem.roles.time
        when = known.frame[time].cast(pl.Datetime("us")) if time else known.arrived
        new = new_rows(known.frame, known.arrived, lineage, problem)
        learnable = new
        if time and lineage.trained_until:
            learnable = (when > lineage.trained_until).fill_null(False)
        if not new.any():
            return None
        days = when.cast(pl.Int64) // _MICROSECONDS_OF_A_DAY
        marks = ((days - days.filter(new).min()).alias(_DAY), when.alias(_WHEN))
        frame = known.frame.with_columns(marks).filter(learnable)
        frame = _some_of_each_day(frame.sort(_WHEN, maintain_order=True))
        day = frame[_DAY].to_numpy()
        frame = frame.drop(_DAY, _WHEN)
        target = target_of(frame, problem, champion.classes)
        rows = TrainingRows(frame, champion.matrix(frame), target, ordered=True, blocks=day)
        return cls(project, champion, rows, day)

    def gaps(self) -> Iterator[float]:
        """How much less the replica loses than the champion, on each day that it was judged."""
        live = replica = self.champion.predictor
        delay = self.project.problem.renew.label_delay
        late = days_in(delay) if delay else 0.0
        learnt = 0
        for first, end in pairwise(_fold_days(int(self.day[-1]) + 1)):
            # A row counts as known when its whole day, and the delay of its label, are over.
            known = int(np.searchsorted(self.day + 1 + late, first, side="right"))
            if known - learnt >= _FEWEST_ROWS:
                tuned = self._tuned(replica, slice(learnt, known))
                # Rows that did not move the replica are tried again, together with the next.
                replica, learnt = tuned, learnt if tuned is replica else known
            if replica is not live:
                yield from self._judged(live, replica, first, end)

    def _tuned(self, replica: Predictor, part: slice) -> Predictor:
        rows, problem = self.rows, self.project.problem
        strategy = strategy_named(self.champion.lineage.strategy, problem, self.project.folder)
        fresh = TrainingRows(
            rows.frame[part],
            rows.matrix.take(part),
            rows.target.take(part),
            rows.ordered,
            blocks=self.day[part],
        )
        return strategy.fit(
            fresh,
            Budget(_SECONDS_OF_A_FOLD),
            learner=problem.training.learner,
            runner=runner_named(problem.training.runner),
            warm=replica,
        ).predictor

    def _judged(self, live: Predictor, replica: Predictor, first: int, end: int) -> Iterator[float]:
        place = slice(*(int(at) for at in np.searchsorted(self.day, (first, end))))
        day = self.day[place] - first
        apart = self._losses(live, place) - self._losses(replica, place)
        counts = np.bincount(day)
        yield from (np.bincount(day, apart)[counts > 0] / counts[counts > 0]).tolist()

    def _losses(self, predictor: Predictor, place: slice) -> Floats:
        said = predictor.predict(self.rows.matrix.take(place))
        seen = said.values if said.probabilities is None else said.probabilities
        return row_losses(self.champion.problem.task, self.rows.target.values[place], seen)


def _fold_days(days: int) -> list[int]:
    """The first days of the folds, and the end."""
    starts = (0, *_FIRST_FOLDS, *range(_FOLD_DAYS, days, _FOLD_DAYS))
    return [*(start for start in starts if start < days), days]


def _some_of_each_day(frame: pl.DataFrame) -> pl.DataFrame:
    """At most so many rows of each day, evenly spaced in it: the same ones at each look."""
    place, count = pl.int_range(pl.len()).over(_DAY), pl.len().over(_DAY)
    share = place * _MOST_ROWS_OF_A_DAY // count
    before = (place - 1) * _MOST_ROWS_OF_A_DAY // count
    return frame.filter(share > before)
