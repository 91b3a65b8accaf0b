"""Models whose truth is known: formulas, and learnt ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from relevo.compute.budget import Budget
from relevo.compute.threads import Threads
from relevo.data.conform import conform
from relevo.data.contract import learn_contract
from relevo.learn.scored import Scored
from relevo.model.build import Built, build
from relevo.model.lineage import Lineage
from relevo.model.model import Model
from relevo.prepare.matrix import Matrix
from relevo.prepare.preparation import Preparation
from relevo.problem.problem import Problem, Source
from relevo.score.evidence import Evidence
from relevo.train.central import Central
from relevo.train.judged import set_aside
from relevo.train.target import class_labels

Floats = NDArray[np.float64]
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Formula(Scored):
    """A predictor whose score is a given function of the features, a sum of known parts if any."""

    kind = "formula"
    size_mb = 0.0

    def __init__(
        self,
        function: Callable[[Floats], Floats],
        classes: tuple[Any, ...],
        parts: Callable[[Floats], Floats] | None,
    ) -> None:
        self.function, self.classes, self.parts = function, classes, parts

    def scores(self, matrix: Matrix) -> Floats:
        found = np.asarray(self.function(matrix.values), dtype=np.float64)
        return found.reshape(len(matrix), -1)

    def contributions(self, matrix: Matrix) -> Floats:
        scores = self.scores(matrix)
        shape = (*scores.shape, matrix.values.shape[1] + 1)
        found = np.zeros(shape)
        if self.parts is not None:
            found[:, 0, :-1] = self.parts(matrix.values)
        found[:, :, -1] = scores - found.sum(axis=2)
        return found


def problem_of(task: str, **more: Any) -> Problem:
    return Problem(name="truth", task=task, target="y", data=Source(path="x.csv"), **more)  # type: ignore[arg-type]


def formula_model(
    frame: pl.DataFrame,
    function: Callable[[Floats], Floats],
    task: str = "regression",
    parts: Callable[[Floats], Floats] | None = None,
    keys: tuple[str, ...] = (),
    **more: Any,
) -> Model:
    problem = problem_of(task, **more)
    contract = learn_contract(frame, "y", problem.roles, problem.columns)
    preparation = Preparation.fit(conform(frame, contract), contract, keys)
    classes = class_labels(frame["y"], problem)
    lineage = Lineage(NOW, "scratch", None, "formula", "central", "threads", 0, 1.0, "", 1, 1)
    return Model(
        problem,
        contract,
        preparation,
        Formula(function, classes, parts),  # type: ignore[arg-type]
        Evidence(),
        lineage,
        classes,
    )


@pytest.fixture(scope="session")
def formula() -> Callable[..., Model]:
    """A model of a frame with the target `y`, from a function of the prepared features."""
    return formula_model


def _learnt(task: str, learner: str) -> Built:
    frame = joint_rows(task)
    problem = problem_of(task, positive="yes" if task == "classification" else None)
    return build(
        problem,
        learn_contract(frame, "y"),
        set_aside(frame, problem, seed=0),
        Budget(1.0),
        strategy=Central(),
        runner=Threads(1),
        now=NOW,
        learner=learner,
        trials=1,
    )


def joint_rows(task: str, count: int = 2_000, seed: int = 0) -> pl.DataFrame:
    """`a`, `kind`, and `b` times `c` decide; `noise` and `idle` do not."""
    random = np.random.default_rng(seed)
    columns = {name: random.normal(size=count) for name in ("a", "b", "c", "noise", "idle")}
    kind = random.choice(["p", "q", "r"], count)
    score = 2 * columns["a"] + 1.5 * columns["b"] * columns["c"] + 1.5 * (kind == "p")
    target = score + random.normal(size=count) * 0.4
    if task == "classification":
        target = np.where(score + random.logistic(size=count) * 0.4 > 0.5, "yes", "no")
    return pl.DataFrame({**columns, "kind": kind, "y": target})


@pytest.fixture(scope="session")
def learnt() -> Callable[[str, str], Built]:
    """A model learnt from `joint_rows`, by task and learner."""
    known: dict[tuple[str, str], Built] = {}

    def once(task: str, learner: str) -> Built:
        if (task, learner) not in known:
            known[task, learner] = _learnt(task, learner)
        return known[task, learner]

    return once


@pytest.fixture(scope="session")
def with_metric() -> Callable[[Model, str], Model]:
    """The model with another metric in its problem."""

    def changed(model: Model, metric: str) -> Model:
        success = model.problem.success.model_copy(update={"metric": metric})
        return replace(model, problem=model.problem.model_copy(update={"success": success}))

    return changed
