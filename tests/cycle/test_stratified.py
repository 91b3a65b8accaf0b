"""The wheel with a model per segment: every step after training knows nothing of it, and works."""

from __future__ import annotations

import hashlib
import json
import math
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import relevo
from relevo.errors import DataMistake, OptionMistake, ProblemMistake

CITIES = [f"city {number}" for number in range(12)]


def world(days: int = 80, first: int = 0, bad: tuple[str, ...] = (), seed: int = 0) -> pl.DataFrame:
    """Thirty rows a day; what `x` means differs from city to city, and turns round in bad ones."""
    random = np.random.default_rng(seed + first)
    rows = 30 * days
    city = random.choice(CITIES, rows)
    slope = np.array([(-1.0) ** int(name.split()[1]) * 2.0 for name in city])
    slope *= np.where(np.isin(city, bad), -1.0, 1.0)
    x = random.normal(size=rows)
    start = datetime(2025, 1, 1) + timedelta(days=first)
    return pl.DataFrame(
        {
            "number": [f"{first}-{place}" for place in range(rows)],
            "time": [start + timedelta(minutes=48 * place) for place in range(rows)],
            "x": x,
            "z": random.normal(size=rows),
            "city": city,
            "y": np.where(random.random(rows) < 1 / (1 + np.exp(-slope * x)), "yes", "no"),
        }
    )


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> relevo.Project:
    made = relevo.Project(tmp_path_factory.mktemp("stratified") / "p")
    made.new(world(), "y", time="time", segment="city", id="number")
    text = (made.folder / "relevo.toml").read_text(encoding="utf-8")
    linear = text.replace("[training]", '[training]\nlearner = "linear"')
    (made.folder / "relevo.toml").write_text(linear, encoding="utf-8")
    made = relevo.Project(made.folder)
    made.train(strategy="stratified", budget="4s")
    made.promote(1)
    return made


def hashes(folder: Path) -> dict[str, str]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture
def own(trained: relevo.Project, tmp_path: Path) -> relevo.Project:
    """A copy that a test may go on with."""
    shutil.copytree(trained.folder, tmp_path / "p")
    return relevo.Project(tmp_path / "p")


def test_it_is_better_than_the_central_model_and_says_so(trained: relevo.Project) -> None:
    compared = trained.compare("central,stratified", budget="3s")
    central, stratified = compared.rows
    assert (central.strategy, stratified.strategy) == ("central", "stratified")
    assert central.gain == 0.0
    assert stratified.gain_interval[0] > 0.0
    assert compared.metric == "roc_auc"
    assert stratified.value > central.value + 0.2
    assert sum(band.rows for band in stratified.bands) == compared.rows_judged
    assert [band.band for band in stratified.bands] == ["51-200"]


def test_the_version_says_how_its_segments_are_pooled(trained: relevo.Project) -> None:
    explained = trained.explain()
    assert {row.segment for row in explained.segments} == set(CITIES)
    assert all(row.kind in ("pooled", "separate") for row in explained.segments)
    assert {one.column for one in explained.importance} >= {"x", "city"}
    page = Path(str(explained.page)).read_text(encoding="utf-8")
    assert "Its segments" in page
    assert "city 7" in page
    row = {"time": "2025-02-01T00:00:00", "x": 2.0, "z": 0.0, "city": "city 3"}
    (reasons,) = trained.explain(row=row).rows
    assert reasons.prediction["label"] == "no"
    assert reasons.reasons[0].column == "x"
    assert reasons.reasons[0].contribution < 0


def test_an_unknown_segment_is_answered_and_flagged(own: relevo.Project, tmp_path: Path) -> None:
    rows = world(2, first=100).with_columns(city=pl.lit("Atlantis")).vstack(world(2, first=102))
    scored = pl.read_parquet(own.predict(rows, out=tmp_path / "out.parquet").out)
    assert scored["unseen_segment"].to_list() == [True] * 60 + [False] * 60
    with own.serving() as client:
        row = {"time": "2025-02-01T00:00:00", "x": 2.0, "z": 0.0, "city": "Atlantis"}
        unknown, known = client.predict([row, {**row, "city": "city 4"}])
    assert unknown["unseen_segment"] is True
    assert 0.3 < unknown["probabilities"]["yes"] < 0.7
    assert "unseen_segment" not in known
    assert known["probabilities"]["yes"] > 0.85


def test_watching_says_which_segments_went_bad(own: relevo.Project) -> None:
    calm = own.watch(world(40, first=110))
    assert not [one for one in calm.signals if one.kind == "segment quality" and one.alarm]
    worse = own.watch(world(40, first=150, bad=("city 5", "city 8")))
    alarms = {s.column for s in worse.signals if s.kind == "segment quality" and s.alarm}
    assert alarms == {"city 5", "city 8"}


def test_replicas_keep_the_strategy_and_learn_new_segments(own: relevo.Project) -> None:
    champion = hashes(own.model_folder(1))
    new = world(90, first=200).filter(pl.col("city").is_in(["city 0", "city 1"]))
    new = new.with_columns(city=pl.col("city").replace("city 1", "new city"))
    result = own.renew(new, budget="6s")
    assert {one.how for one in result.challengers} == {"fine-tune", "scratch"}
    for one in result.challengers:
        model = own.model(one.version)
        assert model.lineage.strategy == "stratified"
        assert set(model.predictor.segments["city"]) == {*CITIES, "new city"}
    assert hashes(own.model_folder(1)) == champion


def test_a_version_is_fine_tuned_under_its_own_strategy(own: relevo.Project) -> None:
    tuned = own.train(from_=1, budget="2s")
    assert (tuned.strategy, own.model(tuned.version).lineage.parent) == ("stratified", 1)
    with pytest.raises(OptionMistake, match="central"):
        own.train(from_=1, strategy="central", budget="2s")


def test_without_a_segment_there_is_no_stratum(tmp_path: Path) -> None:
    project = relevo.Project(tmp_path / "p")
    project.new(world(10), "y", id="number")
    with pytest.raises(ProblemMistake, match="segment"):
        project.train(strategy="stratified", budget="2s")
    (only,) = project.compare(budget="2s").rows
    assert only.strategy == "central"


def test_an_id_taken_for_a_segment_is_told(tmp_path: Path) -> None:
    project = relevo.Project(tmp_path / "p")
    project.new(world(60), "y", segment="number")
    with pytest.raises(DataMistake, match="as an id has"):
        project.train(strategy="stratified", learner="linear", budget="2s")


def test_one_segment_is_the_central_model(tmp_path: Path) -> None:
    project = relevo.Project(tmp_path / "p")
    project.new(world(10).with_columns(city=pl.lit("here")), "y", segment="city", id="number")
    result = project.train(strategy="stratified", learner="linear", budget="2s")
    predictor = project.model(result.version).predictor
    assert predictor.evidence.kind == "common"
    assert result.leaderboard[-1].share == 0.0


def test_a_graph_in_the_problem_file(tmp_path: Path) -> None:
    project = relevo.Project(tmp_path / "p")
    project.new(world(10), "y", segment="city", id="number")
    edges = [{"from": a, "to": b} for a, b in zip(CITIES, CITIES[2:], strict=False)]
    (tmp_path / "p" / "edges.json").write_text(json.dumps(edges), encoding="utf-8")
    file = tmp_path / "p" / "relevo.toml"
    text = file.read_text(encoding="utf-8")
    assert text.count("[training]") == 1
    graph = '[training.graph]\nedges = "edges.json"\n\n'
    file.write_text(text + "\n" + graph, encoding="utf-8")
    result = relevo.Project(tmp_path / "p").train(
        strategy="stratified", learner="linear", budget="3s"
    )
    kinds = {
        row.kind
        for row in relevo.Project(tmp_path / "p").model(result.version).predictor.evidence.rows
    }
    assert "graph" in kinds
    assert math.isfinite(result.value)
