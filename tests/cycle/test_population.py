"""A model that is for another population than the one that its rows come from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

import relevo


def people(count: int, old: float, seed: int) -> pl.DataFrame:
    """What `x` means turns round with age; a linear model has to take sides."""
    random = np.random.default_rng(seed)
    age = np.where(random.random(count) < old, 70.0, 30.0) + random.normal(size=count)
    x = random.normal(size=count)
    y = np.where(age > 50, 2.0, -1.0) * x + 0.3 * random.normal(size=count)
    return pl.DataFrame({"age": age, "x": x, "y": y})


@pytest.fixture
def project(tmp_path: Path) -> relevo.Project:
    made = relevo.Project(tmp_path / "p")
    made.new(people(1500, old=0.15, seed=0), "y")
    people(1000, old=0.8, seed=1).drop("y").write_csv(made.folder / "target.csv")
    text = made.file.read_text(encoding="utf-8")
    made.file.write_text(text + '\n[population]\npath = "target.csv"\n', encoding="utf-8")
    return relevo.Project(made.folder)


def test_rows_count_as_much_as_the_target_population_has_of_them(project: relevo.Project) -> None:
    target = people(3000, old=0.8, seed=2)
    weighted = project.model(project.train(learner="linear", budget="3s").version)
    plain_file = project.file.read_text(encoding="utf-8") + "weights = false\n"
    project.file.write_text(plain_file, encoding="utf-8")
    project = relevo.Project(project.folder)
    plain = project.model(project.train(learner="linear", budget="3s").version)
    error = [
        float(np.mean((one.predict(target).values - target["y"].to_numpy()) ** 2))
        for one in (weighted, plain)
    ]
    assert error[0] < 0.7 * error[1]
    assert weighted.lineage.effective_rows is not None
    assert weighted.lineage.effective_rows < 0.7 * weighted.lineage.rows_trained
    assert plain.lineage.effective_rows is None


def test_replicas_are_trained_for_it_too(project: relevo.Project) -> None:
    project.promote(project.train(learner="linear", budget="3s").version)
    result = project.renew(people(600, old=0.15, seed=3), budget="6s")
    assert result.challengers
    for one in result.challengers:
        assert project.model(one.version).lineage.effective_rows is not None
