from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from relevo.compute.budget import Budget
from relevo.compute.threads import Threads
from relevo.data.contract import learn_contract
from relevo.model.build import Built, build
from relevo.problem.problem import Problem, Roles, Source
from relevo.train.central import Central
from relevo.train.judged import set_aside

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def rows(task: str, count: int = 600) -> pl.DataFrame:
    random = np.random.default_rng(0)
    x, kind = random.normal(size=count), random.choice(["a", "b", "c"], count)
    day = pl.datetime_range(datetime(2025, 1, 1), datetime(2025, 3, 1), "1h", eager=True)[:count]
    score = x + (kind == "b") * 2 + random.normal(size=count) * 0.3
    target = score if task == "regression" else np.where(score > 0.5, "yes", "no")
    return pl.DataFrame(
        {
            "number": range(count),
            "day": day,
            "x": x,
            "kind": kind,
            "whole": range(count),
            "y": target,
        }
    )


@pytest.fixture(scope="session")
def built() -> Callable[[str, str], Built]:
    """A model by task and learner, made once."""
    made: dict[tuple[str, str], Built] = {}

    def of(task: str, learner: str) -> Built:
        if (task, learner) not in made:
            made[task, learner] = _build(task, learner)
        return made[task, learner]

    return of


def _build(task: str, learner: str) -> Built:
    frame = rows(task)
    problem = Problem(
        name="small",
        task=task,  # type: ignore[arg-type]
        target="y",
        data=Source(path="rows.csv"),
        positive="yes" if task == "classification" else None,
        roles=Roles(id="number", time="day"),
    )
    return build(
        problem,
        learn_contract(frame, "y", problem.roles),
        set_aside(frame, problem, seed=0),
        Budget(2.0),
        strategy=Central(),
        runner=Threads(1),
        now=NOW,
        learner=learner,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "v1"
