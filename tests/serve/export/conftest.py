"""Versions of a small model with every kind of column, by task and learner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from relevo.compute.budget import Budget
from relevo.compute.threads import Threads
from relevo.data.contract import learn_contract
from relevo.data.contract_file import write_contract
from relevo.model.build import build
from relevo.model.folder import load_model, save_model
from relevo.problem.problem import Problem, Roles, Source
from relevo.serve.export.chosen import Chosen
from relevo.store.records import FigureRecord, VersionRecord
from relevo.train.central import Central
from relevo.train.judged import set_aside
from relevo.train.strategy import Strategy
from relevo.train.stratified.strategy import Stratified

NOW = datetime(2026, 1, 1, tzinfo=UTC)
VERSION = 3


def deliveries(count: int = 900) -> pl.DataFrame:
    """Deliveries over two years: late in winter, from some depots, when they are heavy."""
    random = np.random.default_rng(5)
    start = datetime(2023, 1, 1)
    at = [
        start + timedelta(hours=20 * row, minutes=int(random.integers(60))) for row in range(count)
    ]
    weight, value = random.gamma(3, 4, count), random.normal(size=count).round(1)
    depot = random.choice(["north", "south", "ñandú", "", *(f"d{n}" for n in range(20))], count)
    fragile = random.random(count) < 0.3
    score = 0.3 * weight * value + 2.0 * np.isin(depot, ["north", "d3"]) + fragile
    score += 1.5 * np.array([time.month in (1, 12) for time in at]) + random.normal(size=count) / 3
    return pl.DataFrame(
        {
            "number": range(count),
            "at": at,
            "due": pl.Series([time.date() + timedelta(days=int(d)) for time, d in
                              zip(at, random.integers(1, 90, count), strict=True)]),
            "weight": weight,
            "value": pl.Series(value).set(pl.Series(random.random(count) < 0.1), None),
            "depot": pl.Series(depot).set(pl.Series(random.random(count) < 0.05), None),
            "fragile": fragile,
            "hour": random.integers(6, 12, count),
            "score": score,
        }
    )  # fmt: skip


def target_of(task: str, score: pl.Series) -> pl.Series:
    if task == "regression":
        return (1_000 * score + 50_000).alias("late")
    if task == "two":
        return pl.select(pl.when(score > 2).then(pl.lit("yes")).otherwise(pl.lit("no"))).to_series()
    return score.cut([1.0, 3.0], labels=["early", "fine", "late"]).cast(pl.String)


Choose = Callable[..., Chosen]


@pytest.fixture(scope="session")
def choose(tmp_path_factory: pytest.TempPathFactory) -> Choose:
    """A version by task (`two` and `three` classes, `regression`) and learner, made once."""
    made: dict[tuple[str, str, tuple[str, ...], str | None], Chosen] = {}

    def of(
        task: str, learner: str, segment: tuple[str, ...] = (), graph: str | None = None
    ) -> Chosen:
        key = task, learner, segment, graph
        if key not in made:
            strategy = Stratified(segment, graph) if segment else Central()
            made[key] = chosen(task, learner, strategy, tmp_path_factory.mktemp("version"))
        return made[key]

    return of


def chosen(task: str, learner: str, strategy: Strategy, folder: Path) -> Chosen:
    frame = deliveries()
    frame = frame.with_columns(target_of(task, frame["score"]).alias("late")).drop("score")
    keys = strategy.keys
    problem = Problem(
        name="Late deliveries, España",
        task="regression" if task == "regression" else "classification",
        target="late",
        data=Source(path="deliveries.parquet"),
        roles=Roles(id="number", time=None if keys else "at", segment=keys),
        store="sqlite:////elsewhere/store.db",
    )
    contract = learn_contract(frame, "late", problem.roles)
    built = build(
        problem,
        contract,
        set_aside(frame, problem, seed=0),
        Budget(20),
        strategy=strategy,
        runner=Threads(1),
        now=NOW,
        learner=learner,
        trials=1 if learner == "network" else 3,
    )
    save_model(replace(built.model, version=VERSION), folder / "v3", built.tables)
    write_contract(contract, folder / "contract.toml")
    model = load_model(folder / "v3")
    record = VersionRecord(
        VERSION, "models/v3", NOW, "scratch", 2, learner, "central", "rmse", 1, 0, 2, 300, 1.0, {}
    )
    figures = [FigureRecord("rmse", 1.0, 0.0, 2.0, 300, "judged", "bootstrap", NOW)]
    return Chosen(model, folder / "v3", record, figures, problem, folder / "contract.toml", NOW)
