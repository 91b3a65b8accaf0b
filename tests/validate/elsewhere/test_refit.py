from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from relevo.compute.budget import Budget
from relevo.compute.threads import Threads
from relevo.data.contract import learn_contract
from relevo.model.build import build
from relevo.score.ranking import roc_auc
from relevo.train.judged import set_aside
from relevo.train.registry import strategy
from relevo.validate.elsewhere.refit import Refit


@pytest.fixture
def built(problem_of, chances_of_rows):
    def of(under: str, learner: str):
        frame = chances_of_rows(0)
        wanted = problem_of("classification", segment="place")
        return build(
            wanted,
            learn_contract(frame, "y", wanted.roles),
            set_aside(frame, wanted, seed=0),
            Budget(30.0),
            strategy=strategy(under, wanted),
            runner=Threads(1),
            now=datetime(2026, 1, 1, tzinfo=UTC),
            learner=learner,
            trials=1,
        ).model

    return of


@pytest.mark.parametrize(
    ("under", "learner"),
    [("central", "boosting"), ("central", "additive"), ("stratified", "linear")],
)
def test_a_models_recipe_is_followed_without_its_search(built, chances_of_rows, under, learner):
    refit = Refit.of_model(built(under, learner))
    assert (refit.strategy, refit.learner) == (under, learner)
    judged = chances_of_rows(1)
    said = refit(chances_of_rows(2), judged)
    target = (judged["y"] == "yes").to_numpy().astype(float)
    # of the true chances it is .77; 600 rows have a standard error of .02
    assert roc_auc(target, said.probabilities) > 0.7


def test_what_prepares_has_seen_the_training_rows_only(problem_of):
    rows = pl.DataFrame({"kind": ["a", "b"] * 100 + ["c"] * 50, "y": [0.0, 1.0] * 100 + [9.0] * 50})
    refit = Refit.of_problem(problem_of("regression"), rows, learner="linear")
    said = refit(rows[:200], rows[200:])
    # a kind that was never seen is predicted as the average one
    assert said.values == pytest.approx(np.full(50, 0.5), abs=0.1)


def test_a_sample_is_learnt_from_when_there_are_very_many_rows(problem_of, chances_of_rows):
    rows = chances_of_rows(0)
    refit = Refit.of_problem(problem_of("classification"), rows, learner="linear")
    few = Refit(**{**vars(refit), "most_rows": 100})
    same = few(rows, rows).probabilities
    assert not np.allclose(same, refit(rows, rows).probabilities)
    assert np.array_equal(same, few(rows, rows).probabilities)


@pytest.mark.parametrize("learner", ["linear", "boosting"])
def test_a_class_that_the_training_rows_lack_keeps_its_column(problem_of, chances_of_rows, learner):
    rows = chances_of_rows(0, rows=300)
    third = pl.Series(np.arange(300) < 30)
    rows = rows.with_columns(y=pl.when(third).then(pl.lit("other")).otherwise("y"))
    wanted = problem_of("classification").model_copy(update={"positive": None})
    said = Refit.of_problem(wanted, rows, learner)(rows[30:], rows[:30])
    place = Refit.of_problem(wanted, rows).classes.index("other")
    assert said.probabilities.shape == (30, 3)
    assert said.probabilities[:, place].max() < 0.1
