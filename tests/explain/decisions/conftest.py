"""Loans whose refusals have known causes, and models that have learnt them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl
import pytest

from relevo.compute.budget import Budget
from relevo.compute.threads import Threads
from relevo.data.contract import learn_contract
from relevo.model.build import build
from relevo.model.model import Model
from relevo.problem.problem import Explain, Problem, Roles, Source
from relevo.train.central import Central
from relevo.train.judged import set_aside

PHRASES: dict[str, Any] = {
    "debt": {"en": "your debt", "es": "su deuda"},
    "account": {"en": "your checking account", "es": "su cuenta corriente"},
    "late": "late payments",
}


def loans(count: int = 1500, seed: int = 0) -> pl.DataFrame:
    """Rows of which a tenth each has one cause of refusal: debt, late payments, or no account.

    The other columns decide nothing, but for `sex`, which moves the odds a little.
    """
    random = np.random.default_rng(seed)
    cause = random.choice(["none", "debt", "late", "account"], count, p=[0.7, 0.1, 0.1, 0.1])
    sex = random.choice(["f", "m"], count)
    debt = np.where(cause == "debt", random.normal(9, 0.5, count), random.normal(3, 0.5, count))
    late = np.where(cause == "late", random.integers(5, 8, count), random.integers(0, 2, count))
    held = random.choice(["small", "large"], count)
    account = np.where(cause == "account", "overdrawn", held)
    odds = -4.0 + 8.0 * (cause != "none") + 0.5 * (sex == "f")
    refused = random.random(count) < 1 / (1 + np.exp(-odds))
    return pl.DataFrame(
        {
            "debt": debt.round(2),
            "late": late,
            "account": account,
            "age": random.integers(20, 70, count),
            "owner": random.random(count) < 0.5,
            "sex": sex,
            "loan": [f"n{number}" for number in range(count)],
            "refused": np.where(refused, "yes", "no"),
            "cause": cause,
            "amount": (2 * debt + 3 * late + 10 * (account == "overdrawn")).round(2),
            "class": np.select([cause == "none", cause == "debt"], ["good", "watch"], "bad"),
        }
    )


def problem_of(target: str = "refused", **explain: Any) -> Problem:
    return Problem(
        name="loans",
        task="regression" if target == "amount" else "classification",
        target=target,
        data=Source(path="loans.csv"),
        positive="yes" if target == "refused" else None,
        roles=Roles(id="loan", sensitive=("sex",)),
        explain=Explain(**({"phrases": PHRASES} | explain)),
    )


def learnt(problem: Problem, learner: str) -> Model:
    frame = loans()
    targets = {"refused", "amount", "class", "cause"} - {problem.target}
    frame = frame.drop(targets)
    return build(
        problem,
        learn_contract(frame, problem.target, problem.roles),
        set_aside(frame, problem, seed=0),
        Budget(20.0),
        strategy=Central(),
        runner=Threads(1),
        now=datetime(2026, 1, 1, tzinfo=UTC),
        learner=learner,
        trials=1,
    ).model


@pytest.fixture(scope="session")
def models() -> Callable[..., Model]:
    """Gives a model of loans; the same one for the same target and learner."""
    kept: dict[tuple[str, str], Model] = {}

    def model(target: str = "refused", learner: str = "linear") -> Model:
        key = target, learner
        if key not in kept:
            kept[key] = learnt(problem_of(target), learner)
        return kept[key]

    return model


@pytest.fixture(scope="session")
def rows() -> pl.DataFrame:
    """Rows that nobody trained on, with their cause."""
    return loans(600, seed=1)


@pytest.fixture(params=["linear", "boosting"])
def model(request: pytest.FixtureRequest, models: Callable[..., Model]) -> Model:
    return models(learner=request.param)
