"""The wheel on a small world that changes: replicas take over when they are better, only then."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

import relevo
from relevo.errors import ModelMistake, StoreMistake

from .conftest import world


@pytest.fixture
def project(tmp_path: Path) -> relevo.Project:
    made = relevo.Project(tmp_path / "p")
    data = pl.concat([world(0), world(1)])
    made.new(data, "y", time="time", segment="city", id="number")
    made.train(budget="3s", learner="linear")
    made.promote(1)
    return made


def hashes(folder: Path) -> dict[str, str]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_a_better_replica_takes_over_and_rollback_undoes_it(project: relevo.Project) -> None:
    before = hashes(project.model_folder(1))
    result = project.renew(world(2, slope=-2.0), budget="20s")
    assert result.decision == "promote"
    assert (
        project.champion
        == result.champion
        == max(c.version for c in result.challengers if c.version == result.champion)
    )
    assert {one.how for one in result.challengers} == {"fine-tune", "scratch"}
    winner = next(one for one in result.challengers if one.version == result.champion)
    assert winner.gain_interval[0] > 0
    assert (
        result.rows_judged == 14 * 40
    )  # Whole days, more than the share of 40 % where these are few.
    assert project.rollback().champion == 1
    assert project.champion == 1
    assert [one.kind for one in project.history().decisions] == ["promote", "promote", "rollback"]
    with pytest.raises(ModelMistake):
        project.rollback()
    assert hashes(project.model_folder(1)) == before


def test_ten_renewals_leave_the_champion_untouched_when_nothing_changes(
    project: relevo.Project,
) -> None:
    before = hashes(project.model_folder(1))
    decisions = [
        project.renew(world(month, days=8), budget="20s").decision for month in range(2, 12)
    ]
    assert hashes(project.model_folder(1)) == before
    # Each renewal may let one that is no better through with a chance of at most 0.05: more than
    # two of ten would happen once in ninety.
    assert decisions.count("promote") <= 2


def test_without_new_rows_nothing_is_trained(project: relevo.Project) -> None:
    result = project.renew(budget="2s")
    assert (result.decision, result.challengers) == ("keep", ())
    assert len(project.status().versions) == 1


def test_a_dry_run_says_what_it_would_do_and_keeps_nothing(project: relevo.Project) -> None:
    decisions = len(project.history().decisions)
    result = project.renew(world(2), dry_run=True)
    assert "train replicas on" in result.why
    assert len(project.status().versions) == 1
    assert project.store.batches() == []
    assert len(project.history().decisions) == decisions


def test_labelled_predictions_are_what_replicas_learn_from(
    project: relevo.Project, tmp_path: Path
) -> None:
    month = world(2, slope=-2.0)
    project.predict(month.drop("y"), out=tmp_path / "out.csv")
    outcome = project.label(month.select("number", "y"))
    assert (outcome.joined, outcome.unmatched) == (month.height, ())
    watched = project.watch()
    quality = next(signal for signal in watched.signals if signal.kind == "quality")
    assert quality.alarm
    assert project.status().alarm
    result = project.renew(budget="20s")
    assert result.decision == "promote"


def test_two_renewals_at_once_are_refused(project: relevo.Project) -> None:
    other = relevo.open(project.folder)
    with project.store.lock("renew"), pytest.raises(StoreMistake) as caught:
        other.renew(world(2), budget="1s")
    assert caught.value.key == "store.locked"
    other.close()


def test_a_broken_guard_keeps_the_champion(project: relevo.Project) -> None:
    # City a turns round, city b stays: on the whole a line gains, in b it loses.
    file = project.folder / "relevo.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("[training]", '[training]\nlearner = "linear"'), encoding="utf-8")
    project = relevo.open(project.folder)
    turned = world(2, slope=-4.0).filter(pl.col("city") == "a")
    same = (
        world(2, slope=2.0, seed=1)
        .filter(pl.col("city") == "b")
        .with_columns(number=pl.col("number") + "b")
    )
    result = project.renew(
        pl.concat([turned, turned.with_columns(number=pl.col("number") + "c"), same]).sort("time"),
        budget="20s",
    )
    better = [one for one in result.challengers if one.gain_interval[0] > 0]
    assert better
    for one in better:
        assert any("city = b" in guard for guard in one.broken_guards)
    assert result.decision == "keep"


def test_history_is_told_with_the_clock_of_the_project(tmp_path: Path) -> None:
    clock = [datetime(2025, 3, 5, tzinfo=UTC)]
    made = relevo.Project(tmp_path / "p", now=lambda: clock[0])
    made.new(pl.concat([world(0), world(1)]), "y", time="time", id="number")
    made.train(budget="2s", learner="linear")
    made.promote(1)
    clock[0] = datetime(2025, 4, 5, tzinfo=UTC)
    made.renew(world(2), budget="2s")
    assert [one.at.month for one in made.history().decisions] == [3, 4]


@pytest.mark.parametrize("labels", [[False, True], [0, 1], [0.0, 1.0], ["no", "yes"]])
def test_outcomes_of_every_type_find_their_class(tmp_path: Path, labels: list[object]) -> None:
    data = world(0).with_columns(
        y=pl.Series([labels[value == "yes"] for value in world(0)["y"].to_list()])
    )
    later = data.with_columns(number=pl.col("number") + "-later")
    with relevo.Project(tmp_path / "p") as made:
        made.new(data, "y", id="number")
        made.train(budget="1s", learner="linear")
        made.promote(1)
        made.predict(later.drop("y"), out=tmp_path / "out.parquet")
        with made.serving() as endpoint:
            answers = endpoint.predict(later.drop("y").head(3))
            assert endpoint.label(later.head(3), id="number", target="y") == []
        assert {answer["label"] for answer in answers} <= set(labels)
        assert made.label(later.select("number", "y").tail(600)).joined == 600
        quality = [signal for signal in made.watch().signals if signal.kind == "quality"]
        assert len(quality) == 1
        assert not quality[0].alarm
        assert made.renew(dry_run=True).why.startswith("Would")
