from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

import relevo
from relevo.watch.signals import Signal

from .conftest import world


@pytest.fixture
def project(changing: Path) -> relevo.Project:
    return relevo.Project(changing)


def found(project: relevo.Project, rows: pl.DataFrame) -> dict[str, Signal]:
    return {one.kind: one for one in project.watch(rows).signals}


def units(project: relevo.Project) -> list[str]:
    kept = json.loads((project.state / "monitors.json").read_text(encoding="utf-8"))
    return list(kept["loss"]["names"])


def test_a_monitor_goes_on_where_the_last_watch_left_it(project: relevo.Project) -> None:
    days = world(2)
    first = found(project, days.head(400))
    assert not first["loss"].alarm
    assert units(project) == [f"2025-03-{day:02d}" for day in range(2, 11)]  # not the newest one
    found(project, days.head(400))
    assert len(units(project)) == 9  # nothing counts twice
    found(project, days)
    assert len(units(project)) == 29


def test_a_loss_that_rises_alarms_over_several_watches(project: relevo.Project) -> None:
    assert not found(project, world(2))["loss"].alarm
    turned = world(3, slope=0.5)
    alarms = [found(project, turned.slice(at, 200))["loss"].alarm for at in range(0, 1200, 200)]
    assert alarms[-1]
    assert sorted(alarms) == alarms  # it stays
    assert found(project, turned)["calibration"].alarm


def test_another_champion_begins_anew(project: relevo.Project) -> None:
    found(project, world(2))
    project.train(budget="2s")
    project.promote(2)
    found(project, world(3).head(400))
    assert len(units(project)) == 9


def test_a_file_that_is_damaged_is_begun_anew(project: relevo.Project) -> None:
    found(project, world(2))
    (project.state / "monitors.json").write_text("{", encoding="utf-8")
    found(project, world(3).head(400))
    assert len(units(project)) == 9
