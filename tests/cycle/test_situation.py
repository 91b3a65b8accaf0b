from __future__ import annotations

from pathlib import Path

import pytest

import relevo
from relevo.cycle.known import keep_batch, known_rows
from relevo.cycle.plan import untried_rows
from relevo.cycle.situation import situation
from relevo.renew.situation import Situation

from .conftest import world


def now(project: relevo.Project) -> Situation:
    champion, known = project.model(), known_rows(project)
    return situation(project, champion, known, untried_rows(project, champion, known))


def test_age_goes_by_the_rows_own_time(changing: Path) -> None:
    with relevo.Project(changing) as project:
        first = now(project)
        assert (first.new_rows, first.age_days) == (0, 0.0)
        keep_batch(project, world(2))
        later = now(project)
        assert later.new_rows == 1200
        assert later.age_days == pytest.approx(30.0)


def test_a_line_is_as_old_as_its_model_from_scratch(changing: Path) -> None:
    with relevo.Project(changing) as project:
        keep_batch(project, world(2))
        project.train(from_=1, budget="5s")
        tuned = project.store.version(2)
        assert (tuned.how, tuned.parent) == ("fine-tune", 1)
        project.promote(2)
        keep_batch(project, world(3))
        found = now(project)
        assert found.scratch_age_days == pytest.approx(60.0)
        assert found.age_days < found.scratch_age_days
