from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from relevo.compute.budget import Budget
from relevo.compute.threads import Threads
from relevo.data.contract import learn_contract
from relevo.model.build import build
from relevo.model.folder import load_model, save_model
from relevo.model.losses import losses
from relevo.problem.problem import Problem, Roles, Source, Training
from relevo.renew.division import Division
from relevo.renew.replicas import Recipe, train_replica
from relevo.train.central import Central
from relevo.train.judged import Parts

NOW = datetime(2025, 6, 1, tzinfo=UTC)


def rows(days: int, start_day: int, slope: float, seed: int) -> pl.DataFrame:
    """Forty rows a day; `slope` is what the model has to learn."""
    random = np.random.default_rng(seed)
    n = 40 * days
    x = random.normal(size=n)
    start = datetime(2025, 1, 1) + timedelta(days=start_day)
    late = random.random(n) < 1 / (1 + np.exp(-slope * x))
    return pl.DataFrame(
        {
            "time": [start + timedelta(minutes=36 * i) for i in range(n)],
            "x": x,
            "z": random.normal(size=n),
            "y": np.where(late, "yes", "no"),
        }
    )


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Recipe:
    problem = Problem(
        name="p",
        task="classification",
        target="y",
        data=Source(path="rows.csv"),
        roles=Roles(time="time"),
        training=Training(learner="linear"),
    )
    known = rows(40, 0, 2.0, seed=1)
    contract = learn_contract(known, problem.target, problem.roles, problem.columns)
    built = build(
        problem,
        contract,
        Parts(known[:1200], known[1200:], ordered=True),
        Budget(120.0),
        strategy=Central(),
        runner=Threads(1),
        now=NOW,
        learner="linear",
        trials=1,
    )
    folder = tmp_path_factory.mktemp("models") / "v1"
    save_model(replace(built.model, version=1), folder, built.tables)
    return Recipe(problem, folder, folder.parent, NOW)


def division(slope: float) -> Division:
    new = rows(30, 40, slope, seed=2)
    older = pl.concat([rows(40, 0, 2.0, seed=1), new[:800]])
    return Division(older, new[:800], new[800:], ordered=True)


def hashes(folder: Path) -> dict[str, str]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_replicas_follow_a_change_and_the_champion_is_only_read(recipe: Recipe) -> None:
    before = hashes(recipe.champion)
    parts = division(slope=-2.0)
    tuned, scratch = (
        train_replica(recipe, parts, Budget(20.0), how) for how in ("fine-tune", "scratch")
    )
    assert hashes(recipe.champion) == before
    champion = losses(load_model(recipe.champion), parts.judged).mean()
    for replica in (tuned, scratch):
        assert replica.failure == ""
        assert replica.built is not None
        assert replica.built.model.lineage.parent == 1
        assert replica.cpu_seconds > 0
        assert replica.peak_memory_mb > 0
        assert losses(replica.built.model, parts.judged).mean() < 0.7 * champion
    assert [tuned.how, scratch.how] == ["fine-tune", "scratch"]


def test_what_fails_is_told(recipe: Recipe, tmp_path: Path) -> None:
    parts = division(slope=2.0)
    unknown = parts.fresh.with_columns(y=pl.lit("perhaps"))
    tuned = train_replica(recipe, replace(parts, fresh=unknown), Budget(20.0), "fine-tune")
    assert tuned.built is None
    assert "perhaps" in tuned.failure
    gone = replace(recipe, champion=tmp_path / "gone")
    nothing = train_replica(gone, parts, Budget(20.0), "fine-tune")
    assert nothing.built is None
    assert "gone" in nothing.failure


def test_want_of_memory_is_a_failure_of_the_replica_alone(recipe: Recipe) -> None:
    replica = train_replica(recipe, division(2.0), Budget(20.0), "scratch", memory_mb=60)
    assert replica.built is None
    assert "memory" in replica.failure.lower() or "alloc" in replica.failure.lower()
