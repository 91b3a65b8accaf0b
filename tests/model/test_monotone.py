from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl
import pytest

from relevo.compute.budget import Budget
from relevo.compute.threads import Threads
from relevo.data.contract import learn_contract
from relevo.errors import OptionMistake, ProblemMistake
from relevo.model.build import build
from relevo.model.model import Model
from relevo.model.monotone import monotone_of
from relevo.prepare.preparation import Preparation
from relevo.problem.problem import Problem, Source, Training
from relevo.train.central import Central
from relevo.train.judged import set_aside


def frame(n: int = 400) -> pl.DataFrame:
    random = np.random.default_rng(0)
    income, age = random.uniform(0, 9, n), random.uniform(20, 70, n)
    kind = random.choice(["a", "b"], n)
    score = np.sin(income) + (kind == "a") + (age > 45) + random.normal(size=n)
    label = np.where(score > 1, "yes", "no")
    return pl.DataFrame({"income": income, "age": age, "kind": kind, "y": label})


def problem(**training: Any) -> Problem:
    return Problem(
        name="rises",
        task="classification",
        target="y",
        positive="yes",
        data=Source(path="x.csv"),
        training=Training(**training),
    )


def built(asked: Problem, learner: str, trials: int) -> Model:
    rows = frame()
    return build(
        asked,
        learn_contract(rows, "y"),
        set_aside(rows, asked, seed=0),
        Budget(600),
        strategy=Central(),
        runner=Threads(1),
        now=datetime(2026, 1, 1, tzinfo=UTC),
        learner=learner,
        trials=trials,
    ).model


@pytest.mark.parametrize(("learner", "trials"), [("auto", 2), ("additive", 1)])
def test_the_whole_model_keeps_the_promise(learner: str, trials: int) -> None:
    model = built(problem(rising="income", falling="age"), learner, trials)
    grid = frame(20).drop("y").join(pl.DataFrame({"at": np.linspace(-1, 12, 80)}), how="cross")
    risen = model.predict(grid.with_columns(income=pl.col("at"))).probabilities
    fallen = model.predict(grid.with_columns(age=20 + 5 * pl.col("at"))).probabilities
    assert risen is not None
    assert fallen is not None
    assert (np.diff(risen[:, 1].reshape(20, 80), axis=1) >= -1e-12).all()
    assert (np.diff(fallen[:, 1].reshape(20, 80), axis=1) <= 1e-12).all()


def test_learners_that_cannot_promise_are_told() -> None:
    with pytest.raises(OptionMistake) as caught:
        built(problem(rising="income"), "linear", 1)
    assert caught.value.key == "learn.none_monotone"


@pytest.mark.parametrize(
    ("training", "classes", "key"),
    [
        ({"rising": "incom"}, 2, "monotone.unknown"),
        ({"falling": "kind"}, 2, "monotone.no_number"),
        ({"rising": "age", "falling": "age"}, 2, "monotone.both"),
        ({"rising": "age"}, 3, "monotone.classes"),
    ],
)
def test_bad_columns_are_told(training: dict[str, str], classes: int, key: str) -> None:
    rows = frame()
    prepared = Preparation.fit(rows, learn_contract(rows, "y"))
    with pytest.raises(ProblemMistake) as caught:
        monotone_of(problem(**training), prepared, classes)
    assert caught.value.key == key
    assert all(caught.value.parts("es").values())


def test_segments_cannot_promise() -> None:
    rows = frame()
    prepared = Preparation.fit(rows, learn_contract(rows, "y"))
    with pytest.raises(ProblemMistake) as caught:
        monotone_of(problem(rising="age"), prepared, 2, "stratified")
    assert caught.value.key == "monotone.strategy"
    assert monotone_of(problem(), prepared, 2, "stratified") == {}


def test_ways_by_feature() -> None:
    rows = frame()
    prepared = Preparation.fit(rows, learn_contract(rows, "y"))
    asked = problem(rising="income", falling=("age",))
    assert monotone_of(asked, prepared) == {"income": 1, "age": -1}
    assert monotone_of(problem(), prepared, 5) == {}
