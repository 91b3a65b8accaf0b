from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl

from relevo.model.lineage import Lineage
from relevo.problem.problem import Problem, Roles, Source
from relevo.renew.unseen import unseen

START = datetime(2026, 1, 1)
DAYS = pl.DataFrame({"at": [START + timedelta(days=day) for day in range(10)], "y": range(10)})
ARRIVED = pl.Series([START + timedelta(days=day) for day in range(10)])
PROBLEM = Problem(
    name="p", task="regression", target="y", data=Source(path="a.csv"), roles=Roles(time="at")
)
LINEAGE = Lineage(START.replace(tzinfo=UTC), "scratch", None, "", "", "", 0, 0.0, "", 0, 0)
NOTHING = DAYS.head(0)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def test_rows_in_time_are_newer_than_what_either_has_learnt_from() -> None:
    champion = replace(LINEAGE, trained_until=day(2), known_until=day(3))
    replica = replace(LINEAGE, trained_until=day(5), known_until=day(7))
    rows = unseen(DAYS, ARRIVED, champion, replica, PROBLEM, NOTHING)
    assert rows["y"].to_list() == [6, 7, 8, 9]
    older = replace(replica, trained_until=day(1))
    assert unseen(DAYS, ARRIVED, champion, older, PROBLEM, NOTHING)["y"].to_list() == [
        *range(4, 10)
    ]


def test_without_times_they_were_set_aside_or_came_later() -> None:
    problem = PROBLEM.model_copy(update={"roles": Roles()})
    replica = replace(LINEAGE, created_at=day(6).replace(tzinfo=UTC))
    rows = unseen(DAYS, ARRIVED, LINEAGE, replica, problem, DAYS[2:4])
    assert rows["y"].to_list() == [2, 3, 7, 8, 9]
    own = pl.Series([None] * 8 + ARRIVED[8:].to_list(), dtype=ARRIVED.dtype)
    rows = unseen(DAYS, own, LINEAGE, replica, problem, NOTHING)
    assert rows["y"].to_list() == [8, 9]  # the problem's own rows never count
