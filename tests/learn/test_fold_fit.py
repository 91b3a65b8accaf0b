from __future__ import annotations

import pickle

import numpy as np

from relevo.compute.budget import Budget
from relevo.learn.boosting import Boosting
from relevo.learn.fold_fit import FoldFit, fit_fold, lost
from relevo.learn.folds import folds
from relevo.learn.learner import Target
from relevo.learn.rows import Rows
from relevo.prepare.matrix import Matrix

VALUES = np.random.default_rng(0).normal(size=(200, 2))
ROWS = Rows(Matrix(VALUES, ("a", "b"), ("a", "b"), {}), Target(VALUES[:, 0] * 2.0))
CUT = folds(ROWS.target, 4)


def task(share: float = 1.0) -> FoldFit:
    learner = Boosting(most_trees=20, learning_rate=0.2)
    return FoldFit(0, 1, learner, Budget(60), ROWS.take(slice(0, 0)), share)


def test_it_is_judged_on_the_rows_that_its_fold_holds_back() -> None:
    done = fit_fold(task(), CUT.of_row, **ROWS.arrays("rows"))
    assert done.attempt is not None
    held = ROWS.take(CUT.held(1))
    np.testing.assert_allclose(done.attempt.scores, done.attempt.predictor.scores(held.matrix))
    errors = (done.attempt.scores[:, 0] - held.target.values) ** 2
    assert np.isclose(done.attempt.loss, errors.mean())
    assert done.attempt.latency_us > 0


def test_fewer_rows_teach_less() -> None:
    whole, tenth = (fit_fold(task(share), CUT.of_row, **ROWS.arrays("rows")) for share in (1, 0.1))
    assert whole.attempt is not None
    assert tenth.attempt is not None
    assert whole.attempt.loss < tenth.attempt.loss


def test_a_task_can_travel_and_a_lost_one_says_why() -> None:
    again = pickle.loads(pickle.dumps(task()))
    assert again.learner == task().learner
    assert len(again.like) == 0
    assert lost(task()).why
    assert lost(task()).attempt is None
