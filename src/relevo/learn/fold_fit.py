"""`fit_fold`: one configuration in one fold, wherever a runner runs it."""

from __future__ import annotations

import time
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relevo.compute.budget import Budget
from relevo.errors import RelevoError
from relevo.learn.attempt import Attempt, Tunable
from relevo.learn.folds import Folds, Positions
from relevo.learn.learner import Floats, Predictor
from relevo.learn.rows import Rows
from relevo.learn.thinned import thinned
from relevo.words import say

_LATENCY_ROWS = 20


@dataclass(frozen=True)
class FoldFit:
    """What to fit.

    Attributes
    ----------
    place, fold
        Which candidate of the search, in which fold.
    learner, budget
        What is fitted, in how much time.
    like
        No rows: only what the shared arrays mean.
    share
        Of the fold's rows to learn from; less than all for a learning curve.

    """

    place: int
    fold: int
    learner: Tunable
    budget: Budget
    like: Rows
    share: float = 1.0


@dataclass(frozen=True)
class FoldDone:
    """What came of it: an attempt, or why there is none."""

    place: int
    fold: int
    attempt: Attempt | None
    why: str = ""
    share: float = 1.0


def fit_fold(task: FoldFit, fold_of_row: Positions, **arrays: NDArray[Any]) -> FoldDone:
    """Run one fit on shared rows; a failure is an answer, too."""
    rows = task.like.with_arrays("rows", arrays)
    cut = Folds(np.asarray(fold_of_row), task.fold + 1)
    part, held = rows.take(cut.part(task.fold)), rows.take(cut.held(task.fold))
    if task.share < 1.0:
        learner = task.learner
        part = thinned(part, round(task.share * len(part)), learner.ordered, learner.seed)
    try:
        attempt = task.learner.attempt(part, held, task.budget)
        if not (np.isfinite(attempt.loss) and np.isfinite(attempt.scores).all()):
            return _failed(task, say("learn.not_finite"))
        latency = row_us(attempt.predictor, held.matrix.values)
        resting = copy(attempt.predictor)  # without what it has loaded to predict
        attempt = replace(attempt, latency_us=latency, predictor=resting)
        return FoldDone(task.place, task.fold, attempt, share=task.share)
    except RelevoError:
        raise
    except Exception as failure:  # a learner's own failure must not end the search
        return _failed(task, f"{type(failure).__name__}: {failure}")


def lost(task: FoldFit) -> FoldDone:
    """What is said of a fit whose process was killed."""
    return _failed(task, say("learn.killed"))


def _failed(task: FoldFit, why: str) -> FoldDone:
    return FoldDone(task.place, task.fold, None, why, task.share)


def row_us(predictor: Predictor, values: Floats) -> float:
    """Time to predict one row, in microseconds: the least of some rows.

    What other work on the same cores adds is left out.
    """
    took = []
    for row in values[:_LATENCY_ROWS]:
        begun = time.perf_counter()
        predictor.scores_row(row)
        took.append(time.perf_counter() - begun)
    return 1e6 * min(took)
