from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from relevo.cycle.rhythm import rhythm
from relevo.errors import OptionMistake
from relevo.problem.problem import Renew
from relevo.store.records import BatchRecord


def batches(hours: list[float]) -> list[BatchRecord]:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        BatchRecord(str(hour), "a", 1, "labelled", start + timedelta(hours=hour)) for hour in hours
    ]


def test_what_the_user_says_counts_then_the_problem_file_then_the_data() -> None:
    rules, came = Renew(respond_within="2h"), batches([0, 10, 20, 30])
    assert rhythm("90s", rules, came) == 90
    assert rhythm(None, rules, came) == 1800
    assert rhythm(None, Renew(), came) == pytest.approx(3600)
    assert rhythm(None, Renew(), batches([0, 10])) == 600


def test_looks_are_neither_all_the_time_nor_hardly_ever() -> None:
    assert rhythm(None, Renew(), batches([0, 0, 0, 0])) == 60
    assert rhythm(None, Renew(), batches([0, 1000, 2000, 3000])) == 6 * 3600


def test_a_time_that_is_none_is_a_mistake() -> None:
    with pytest.raises(OptionMistake):
        rhythm("soon", Renew(), [])
