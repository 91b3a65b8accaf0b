"""Renewals one after the other: who stands beside the champion, takes over, goes, comes back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import relevo
from relevo.cycle.results import RenewResult
from relevo.learn.linear_predictor import LinearPredictor
from relevo.model.folder import load_model, model_table, save_model
from relevo.store.records import StandingRecord

from .conftest import arrive, copied, quarter, world


def standing(project: relevo.Project) -> dict[int, StandingRecord]:
    return {one.version: one for one in project.store.standing()}


def outcomes(result: RenewResult) -> dict[int, str]:
    return {one.version: one.outcome for one in result.challengers}


@pytest.fixture
def clock() -> list[datetime]:
    return [datetime.now(UTC)]


@pytest.fixture
def project(changing: Path, clock: list[datetime]) -> relevo.Project:
    return relevo.Project(changing, now=lambda: clock[0])


@pytest.fixture(scope="session")
def undecided_once(changing_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copied(changing_once, tmp_path_factory.mktemp("undecided"))
    file = folder / "relevo.toml"
    weekly = '[renew]\nblock = "week"\n[renew.arrivals]'
    file.write_text(file.read_text().replace("[renew.arrivals]", weekly))
    with relevo.Project(folder) as project:
        result = project.renew(world(2, slope=-2.0))
    assert result.decision == "keep"
    assert result.action == "both"
    assert set(outcomes(result).values()) == {"undecided"}
    return folder


@pytest.fixture
def undecided(undecided_once: Path, tmp_path: Path, clock: list[datetime]) -> relevo.Project:
    """After a month in another world: two weeks of it judge, too few to say anything."""
    return relevo.Project(copied(undecided_once, tmp_path), now=lambda: clock[0])


def test_a_challenger_stands_until_enough_rows_are_there_and_takes_over(
    undecided: relevo.Project,
) -> None:
    before = standing(undecided)
    waiting = {version for version, one in before.items() if one.status == "stands"}
    # An endpoint mirrors the champion's traffic to them.
    assert {one.version for one in undecided.store.challengers() if one.mirror == 1} == waiting
    trained = len(undecided.store.versions())
    result = undecided.renew(pl.concat([world(month, slope=-2.0) for month in (3, 4)]))
    assert result.decision == "promote"
    assert result.champion in waiting
    winner = next(one for one in result.challengers if one.version == result.champion)
    assert winner.outcome == "better"
    # On all rows after those that trained it, not only the newest ones; nobody else was trained.
    assert len(undecided.store.versions()) == trained
    judged = undecided.store.decisions()[-1].detail["challengers"][0]["rows"]
    assert judged >= 0.4 * 1200 + 2400
    after = standing(undecided)
    assert after[result.champion].status == "promoted"
    assert {after[one].status for one in waiting - {result.champion}} <= {"replaced", "given up"}
    # The former champion stands ready, and sees the traffic.
    assert (after[1].role, after[1].champion, after[1].status) == (
        "former", result.champion, "stands",
    )  # fmt: skip
    assert [one.version for one in undecided.store.challengers()] == [1]
    assert [one.kind for one in undecided.history().decisions] == ["promote", "keep", "promote"]


def test_one_that_has_forgotten_a_kind_of_row_waits_until_new_rows_say_that_it_has_changed(
    project: relevo.Project,
) -> None:
    """City b turns. Of city a, which the replica spoils as well, rows come later."""
    text = project.file.read_text()
    weekly = '[renew]\nblock = "week"\n[renew.arrivals]'
    project.file.write_text(text.replace("[renew.arrivals]", weekly))
    project = relevo.Project(project.folder, now=project.now)
    turned = [world(month, slope=-2.0) for month in range(2, 8)]
    only_b = [rows.filter(pl.col("city") == "b") for rows in turned]
    started = project.renew(only_b[0])
    tuned, scratch = (
        next(one.version for one in started.challengers if one.how == how)
        for how in ("fine-tune", "scratch")
    )
    project.store.change_standing([replace(standing(project)[scratch], status="given up")])
    waiting = project.renew(pl.concat(only_b[1:3]))
    assert (waiting.decision, project.champion) == ("keep", 1)
    look = next(one for one in waiting.challengers if one.version == tuned)
    assert look.gain_interval[0] > 0  # but for that, it would have taken over
    (broken,) = look.broken_guards
    assert broken.startswith("city = a: the loss on old rows grows")
    assert look.outcome == "undecided"
    assert "may show that this has changed" in waiting.why
    after = project.renew(pl.concat(turned[3:]))
    assert after.decision == "promote"
    look = next(one for one in after.challengers if one.version == tuned)
    assert look.gain_interval[0] > 0
    assert look.broken_guards == ()


def test_an_alarm_starts_replicas_only_where_they_can_help(project: relevo.Project) -> None:
    waits = '[renew]\ncadence = "alarm"\n[renew.arrivals]'
    project.file.write_text(project.file.read_text().replace("[renew.arrivals]", waits))
    project = relevo.Project(project.folder, now=project.now)
    respelt = project.renew(world(2).with_columns(pl.col("city").str.to_uppercase()))
    assert respelt.alarm
    assert respelt.action == "nothing"
    assert "they look false: city" in respelt.why
    turned = project.renew(world(3, slope=-2.0))
    assert turned.alarm
    assert turned.action == "both"


def test_a_challenger_that_is_worse_is_given_up(undecided: relevo.Project) -> None:
    waiting = {one.version for one in undecided.store.challengers()}
    assert waiting
    # It has learnt a world that is gone: what it gained there no longer helps it.
    result = undecided.renew(pl.concat([world(month, slope=2.0) for month in range(3, 9)]))
    assert (result.decision, undecided.champion) == ("keep", 1)
    assert {outcomes(result)[version] for version in waiting} == {"given up"}
    for row in result.challengers:
        if row.version in waiting:
            assert row.gain < 0
            assert f"Version {row.version} " in result.why
    assert {standing(undecided)[version].status for version in waiting} == {"given up"}
    assert not waiting & {one.version for one in undecided.store.challengers()}


def test_a_challenger_that_stands_for_too_long_is_given_up(
    undecided: relevo.Project, clock: list[datetime]
) -> None:
    waiting = {one.version for one in undecided.store.challengers()}
    clock[0] += timedelta(days=59)
    assert "undecided" in outcomes(undecided.renew()).values()
    clock[0] += timedelta(days=2)
    result = undecided.renew()
    assert {outcomes(result)[version] for version in waiting} == {"too old"}
    assert undecided.store.challengers() == []
    assert undecided.renew().challengers == ()


def test_few_stand_at_a_time_and_the_shares_of_alpha_never_exceed_it(
    project: relevo.Project,
) -> None:
    for month in (2, 3, 4):
        project.renew(world(month, days=7, slope=1.9))
    assert len(project.store.challengers()) <= 3
    assert len(project.store.standing()) >= 5
    shares = [one.alpha for one in project.store.standing()]
    assert sum(shares) < project.problem.renew.alpha
    assert min(shares) > 0


def test_a_champion_that_disappoints_goes_and_the_former_one_comes_back(
    project: relevo.Project,
) -> None:
    promoted = project.renew(quarter(2, slope=-2.0))
    assert promoted.decision == "promote"
    back = project.renew(quarter(5, slope=2.0))
    assert (back.decision, back.champion, back.previous) == ("promote", 1, promoted.champion)
    assert "comes back" in back.why
    assert project.champion == 1
    assert project.history().decisions[-1].kind == "rollback"
    assert all(one.status != "stands" for one in project.store.standing())
    assert project.store.challengers() == []
    # It is judged as a new champion is: what comes next may be decided again, by new evidence.
    assert project.renew().decision == "keep"


def test_a_champion_that_keeps_its_promise_stays(
    project: relevo.Project, clock: list[datetime]
) -> None:
    promoted = project.renew(quarter(2, slope=-2.0))
    kept = project.renew(world(5, slope=-2.0))
    assert project.champion == promoted.champion
    assert outcomes(kept)[1] in ("given up", "undecided")
    clock[0] += timedelta(days=15)
    project.renew()
    assert standing(project)[1].status in ("given up", "too old")
    assert project.rollback().champion == 1  # by hand it may come back at any time


def test_what_stands_against_a_champion_that_somebody_replaced_stands_no_longer(
    undecided: relevo.Project,
) -> None:
    waiting = [one.version for one in undecided.store.challengers()]
    undecided.promote(waiting[0])
    undecided.renew()
    assert {one.status for one in undecided.store.standing()} <= {"replaced", "given up"}
    assert undecided.store.challengers() == []


def test_a_renewal_is_not_tried_again_on_the_same_rows(undecided: relevo.Project) -> None:
    trained = len(undecided.store.versions())
    for _ in range(2):
        again = undecided.renew()
        assert (again.decision, again.action) == ("keep", "nothing")
        assert "undecided" in outcomes(again).values()
    assert len(undecided.store.versions()) == trained


def test_equal_decisions_are_one_line_that_counts(project: relevo.Project) -> None:
    for _ in range(3):
        project.renew()
    first, nothing = project.history().decisions
    assert (first.kind, nothing.kind) == ("promote", "keep")
    assert nothing.detail["times"] == 3
    assert datetime.fromisoformat(nothing.detail["first"]) < nothing.at
    assert nothing.detail["reason"] == "too_few"
    assert nothing.detail["numbers"]["new_rows"] == 0


def test_a_clock_that_goes_back_neither_hides_rows_nor_repeats_a_renewal(
    changing: Path, clock: list[datetime]
) -> None:
    # Without times only the moment of arrival tells that rows are new.
    text = (changing / "relevo.toml").read_text()
    (changing / "relevo.toml").write_text(text.replace('time = "time"\n', ""))
    with relevo.Project(changing, now=lambda: clock[0]) as project:
        trained = project.train()
        project.promote(trained.version)
        clock[0] -= timedelta(days=365)
        moved = project.renew(world(2, slope=-2.0))
        assert (moved.decision, moved.previous) == ("promote", trained.version)
        assert project.renew().action == "nothing"
        ats = [one.at for one in project.store.decisions()]
        assert ats == sorted(ats)
        # Nor does the trial of the former champion end before its time, or never.
        assert standing(project)[trained.version].status == "stands"


def spoil(folder: Path) -> None:
    """Let a model say NaN, as one may on rows that it has not met before."""
    model, tables = load_model(folder), {n: model_table(folder, n) for n in ("judged", "reference")}
    linear = LinearPredictor
    while not isinstance(model.predictor, linear):
        model = replace(model, predictor=model.predictor.members[0].predictor)
    former = model.predictor
    nothing = replace(
        former.coefficients, intercept=np.full_like(former.coefficients.intercept, np.nan)
    )
    spoilt = linear(nothing, former.layout, former.features, former.classes, former.settings)
    shutil.rmtree(folder)
    save_model(replace(model, predictor=spoilt), folder, tables)


def gone(folder: Path) -> None:
    shutil.rmtree(folder)


def damaged(folder: Path) -> None:
    with (folder / "model.json").open("a") as file:
        file.write(" ")


@pytest.mark.parametrize("harm", [spoil, gone, damaged])
def test_a_challenger_that_cannot_be_judged_is_given_up(
    harm: Callable[[Path], None], undecided: relevo.Project
) -> None:
    victim = max(one.version for one in undecided.store.challengers())
    harm(undecided.models / f"v{victim}")
    result = undecided.renew()
    assert outcomes(result)[victim] == "failed"
    assert str(victim) in result.why
    assert undecided.champion == 1
    assert standing(undecided)[victim].status == "failed"
    assert undecided.renew().decision == "keep"


def test_a_replica_that_cannot_be_trained_is_told_and_the_others_are(changing: Path) -> None:
    text = (changing / "relevo.toml").read_text()
    (changing / "relevo.toml").write_text(text.replace('"linear"', '"oracle"'))
    with relevo.open(changing) as project:
        result = project.renew(world(2))
        (failure,) = result.failures
        assert "oracle" in failure
        assert [one.how for one in project.store.versions()] == ["scratch", "fine-tune"]
        assert project.store.decisions()[-1].detail["failures"].keys() == {"scratch"}
        assert project.store.unfinished_turn() is None


def test_labels_of_rows_never_predicted_change_nothing(
    project: relevo.Project, tmp_path: Path
) -> None:
    month = world(2, slope=-2.0)
    project.predict(month.head(400).drop("y"), out=tmp_path / "out.csv")
    outcome = project.label(month.select("number", "y"))
    assert (outcome.joined, len(outcome.unmatched)) == (400, month.height - 400)
    assert project.renew(dry_run=True).why.count("400")


def test_of_labels_that_contradict_each_other_the_newest_counts(
    project: relevo.Project, tmp_path: Path, clock: list[datetime]
) -> None:
    month = quarter(2, slope=-2.0)
    project.predict(month.drop("y"), out=tmp_path / "out.csv")
    wrong = pl.when(pl.col("y") == "yes").then(pl.lit("no")).otherwise(pl.lit("yes"))
    project.label(month.select("number", wrong.alias("y")))
    clock[0] += timedelta(hours=1)
    project.label(month.select("number", "y"))
    labelled = {one.prediction.row_id: one.target for one in project.store.labelled()}
    assert labelled == dict(month.select("number", "y").iter_rows())
    result = project.renew()
    assert result.decision == "promote"
    assert result.rows_judged < month.height


def test_what_arrived_is_taken_in_before_it_is_decided(project: relevo.Project) -> None:
    arrive(project.folder, "good.csv", quarter(2, slope=-2.0))
    arrive(project.folder, "bad.csv", world(9).drop("x"))
    result = project.renew()
    assert (result.decision, result.arrived) == ("promote", 3600)
    assert [one.batch for one in result.aside] == ["bad.csv"]
    assert project.renew().aside == ()
