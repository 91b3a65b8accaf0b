from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from relevo.problem.problem import Renew
from relevo.renew.policy import due

MADE = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rows", "alarm", "max_age_days", "age_days", "expected"),
    [
        (199, True, None, 90, False),
        (200, False, None, 0, True),
        (200, True, 30.0, 1, True),
        (200, False, 30.0, 29, False),
        (200, False, 30.0, 30, True),
    ],
)
def test_when_replicas_are_trained(
    rows: int, alarm: bool, max_age_days: float | None, age_days: int, expected: bool
) -> None:
    rules = Renew(max_age_days=max_age_days)
    found = due(rules, rows, alarm, MADE, MADE + timedelta(days=age_days))
    assert found.due is expected
    assert found.why
