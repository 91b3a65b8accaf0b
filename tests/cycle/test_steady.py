from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import relevo
from relevo.cycle.steady import steady
from relevo.store.records import BatchRecord

NEWEST = datetime(2030, 1, 1, tzinfo=UTC)


def test_time_goes_on_from_the_newest_moment_in_the_store(changing: Path) -> None:
    clock = [NEWEST - timedelta(days=365)]
    with relevo.Project(changing, now=lambda: clock[0]) as project:
        project.store.add_batch(BatchRecord("mark", "a.csv", 1, "labelled", NEWEST))
        with steady(project):
            first, second = project.now(), project.now()
            assert NEWEST < first < second
            clock[0] = NEWEST + timedelta(days=1)
            assert project.now() == clock[0]
            clock[0] -= timedelta(hours=1)
            assert project.now() > clock[0]
        assert project.now() == clock[0]  # outside, the clock is as it was given
