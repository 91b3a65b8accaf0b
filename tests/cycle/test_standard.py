from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import relevo
from relevo.cycle.standard import standard_of
from relevo.model.folder import model_table

from .conftest import world


@pytest.fixture
def hasty(changing: Path) -> relevo.Project:
    """Version 2 was fine-tuned, and judged on a handful of rows."""
    file = changing / "relevo.toml"
    rules = '[renew]\njudged_share = 0.02\nrespond_within = "2d"\nblock = "hour"\n[renew.arrivals]'
    file.write_text(file.read_text().replace("[renew.arrivals]", rules))
    project = relevo.Project(changing)
    project.renew(world(2, slope=-2.0))
    project.promote(2)
    return project


def rows(project: relevo.Project, version: int, name: str) -> int:
    return model_table(project.model_folder(version), name).height


def test_who_was_judged_on_enough_rows_is_its_own_standard(changing: Path) -> None:
    project = relevo.Project(changing)
    found = standard_of(project, project.model())
    assert found.judged.rows.height == rows(project, 1, "judged") >= 100
    assert found.reference.height == rows(project, 1, "reference")
    assert found.judged.evidence == project.model().evidence


def test_who_was_hardly_judged_is_held_against_its_forerunner(hasty: relevo.Project) -> None:
    assert rows(hasty, 2, "judged") < 100
    found = standard_of(hasty, hasty.model())
    assert found.judged.rows.height == rows(hasty, 1, "judged")
    assert found.judged.evidence == hasty.model(1).evidence
    # So the old world coming back alarms: the forerunner was good there.
    back = {one.kind: one for one in hasty.watch(world(3)).signals if one.alarm}
    assert {"quality", "loss"} <= set(back)
    assert back["loss"].action == "renew"


def test_without_a_forerunner_it_is_its_own_standard(hasty: relevo.Project) -> None:
    shutil.rmtree(hasty.model_folder(1))
    assert standard_of(hasty, hasty.model()).judged.rows.height == rows(hasty, 2, "judged")
