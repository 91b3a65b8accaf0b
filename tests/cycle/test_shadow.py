from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import relevo
from relevo.cycle.known import keep_batch, known_rows
from relevo.cycle.plan import decided
from relevo.cycle.shadow import shadow_gap
from relevo.renew.policy import Decision
from relevo.renew.situation import Gap

from .conftest import world


@pytest.fixture
def costly(changing: Path) -> Path:
    """The project whose updates cost something, and are made on alarm."""
    file = changing / "relevo.toml"
    file.write_text(
        f'{file.read_text()}\n[renew]\ncadence = "alarm"\n\n[costs]\nupdate = 5.0\nloss = 1.0\n'
    )
    return changing


def gap(folder: Path, *batches: pl.DataFrame) -> Gap | None:
    with relevo.Project(folder) as project:
        for batch in batches:
            keep_batch(project, batch)
        return shadow_gap(project, project.model(), known_rows(project))


def decision(folder: Path, *batches: pl.DataFrame) -> Decision:
    with relevo.Project(folder) as project:
        for batch in batches:
            keep_batch(project, batch)
        return decided(project, project.model(), known_rows(project))


def test_a_replica_in_the_shadow_gains_where_the_relation_changed(changing: Path) -> None:
    found = gap(changing, world(2, slope=-2.0), world(3, slope=-2.0))
    assert found is not None
    assert found.alarm
    assert found.low > 0.3
    assert found.days == 28


def test_it_gains_nothing_where_nothing_changed(changing: Path) -> None:
    found = gap(changing, world(2), world(3))
    assert found is None or (not found.alarm and found.low <= 0.0)


def test_no_new_rows_no_gap(changing: Path) -> None:
    assert gap(changing) is None


def test_later_rows_leave_what_was_seen_as_it_was(changing: Path) -> None:
    """So that looking again is no second chance."""
    first = world(2, slope=-2.0)
    one = gap(changing, first.head(40 * 14))
    two = gap(changing, first.slice(40 * 14))
    again = gap(changing)
    assert one is not None
    assert two is not None
    assert one.days < two.days
    assert two == again


def test_the_newest_day_teaches_nobody_before_its_labels_are_late_enough(changing: Path) -> None:
    file = changing / "relevo.toml"
    file.write_text(file.read_text() + '\n[renew]\nlabel_delay = "60d"\n')
    assert gap(changing, world(2, slope=-2.0)) is None


def test_rows_that_nobody_can_learn_from_leave_no_gap(tmp_path: Path) -> None:
    with relevo.Project(tmp_path) as project:
        project.new(world(0).with_columns(w=pl.lit(1.0)), "y", time="time", id="number")
        text = project.file.read_text().replace("[roles]", '[roles]\nweight = "w"')
        project.file.write_text(text)
    with relevo.Project(tmp_path) as project:
        project.train(budget="5s", learner="linear")
        project.promote(1)
    assert gap(tmp_path, world(2, slope=-2.0).with_columns(w=pl.lit(1.0))) is not None
    assert gap(tmp_path, world(3, slope=-2.0).with_columns(w=pl.lit(-1.0))) is None


def test_an_update_on_alarm_heeds_the_shadow(costly: Path) -> None:
    calm = decision(costly, world(2))
    assert (calm.action, calm.reason) == ("nothing", "calm")
    changed = decision(costly, world(3, slope=-2.0), world(4, slope=-2.0))
    assert (changed.action, changed.reason) == ("both", "gap_alarm")
    assert changed.numbers["gap_alarm"]
    assert "fresh replica lost" in changed.why


def test_who_must_respond_within_hours_is_not_asked_by_the_day(costly: Path) -> None:
    file = costly / "relevo.toml"
    file.write_text(file.read_text().replace("[costs]", 'respond_within = "1h"\n\n[costs]'))
    found = decision(costly, world(3, slope=-2.0))
    assert "gap_mean" not in found.numbers
