from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from relevo.model.lineage import Lineage
from relevo.problem.problem import Problem, Renew, Roles, Source
from relevo.renew.division import divide, new_rows

MADE = datetime(2026, 1, 1, tzinfo=UTC)
LINEAGE = Lineage(
    created_at=MADE,
    how="scratch",
    parent=None,
    learner="linear",
    strategy="central",
    runner="threads",
    seed=0,
    budget_seconds=1.0,
    data="",
    rows_trained=0,
    rows_judged=0,
)


def problem(time: str | None = None) -> Problem:
    roles, source = Roles(time=time), Source(path="x.csv")
    return Problem(name="p", task="regression", target="y", data=source, roles=roles)


@given(known=st.integers(10, 80), fresh=st.integers(10, 80), trained=st.floats(0.3, 0.9))
def test_by_time_nobody_has_seen_the_judged_rows(known: int, fresh: int, trained: float) -> None:
    start = datetime(2025, 1, 1)
    times = [start + timedelta(hours=i) for i in range(known + fresh)]
    frame = pl.DataFrame({"t": times, "y": [float(i) for i in range(known + fresh)]})
    lineage = replace(
        LINEAGE, trained_until=times[int(known * trained)], known_until=times[known - 1]
    )
    new = new_rows(
        frame, pl.Series([None] * frame.height, dtype=pl.Datetime), lineage, problem("t")
    )
    assert int(new.sum()) == fresh
    parts = divide(frame, new, lineage, problem("t"), seed=0)
    newest_seen = max(parts.older["t"].max(), lineage.known_until)  # type: ignore[type-var]
    assert parts.judged["t"].min() > newest_seen  # type: ignore[operator]
    assert parts.older.height + parts.judged.height == frame.height
    assert parts.fresh["t"].min() > lineage.trained_until  # type: ignore[operator]


def test_whole_days_judge_and_enough_of_them() -> None:
    start = datetime(2025, 1, 1)
    lineage = replace(LINEAGE, trained_until=start, known_until=start + timedelta(days=10))
    # Of three days the share of 40 % begins in the second.
    for days, judged in ((30, 14), (20, 10), (100, 40), (3, 2)):
        times = [start + timedelta(hours=hour) for hour in range(24 * (11 + days))]
        frame = pl.DataFrame({"t": times, "y": [0.0] * len(times)})
        new = pl.Series([time >= start + timedelta(days=11) for time in times])
        parts = divide(frame, new, lineage, problem("t"), seed=0)
        assert parts.judged.height == 24 * judged
        assert parts.judged["t"].min() == times[-parts.judged.height]
        assert times[-parts.judged.height].hour == 0


@given(known=st.integers(10, 80), fresh=st.integers(10, 80), seed=st.integers(0, 9))
def test_without_a_time_rows_that_arrived_later_are_new(known: int, fresh: int, seed: int) -> None:
    later = datetime(2026, 2, 1)
    frame = pl.DataFrame({"y": [float(i) for i in range(known + fresh)]})
    arrived = pl.Series([None] * known + [later] * fresh, dtype=pl.Datetime("us"))
    new = new_rows(frame, arrived, LINEAGE, problem())
    parts = divide(frame, new, LINEAGE, problem(), seed)
    assert set(parts.judged["y"]) <= set(frame["y"][known:])
    assert not set(parts.judged["y"]) & set(parts.older["y"])
    assert set(parts.fresh["y"]) | set(parts.judged["y"]) == set(frame["y"][known:])


def _responding(within: str | None, min_rows: int) -> tuple[pl.DataFrame, datetime]:
    """What fine-tuning learns from of 600 minutes, 300 of them new; and the newest minute of it."""
    start = datetime(2025, 1, 1)
    times = [start + timedelta(minutes=i) for i in range(600)]
    frame = pl.DataFrame({"t": times, "y": [0.0] * 600})
    lineage = replace(LINEAGE, trained_until=times[200], known_until=times[299])
    rules = Renew(respond_within=within, min_rows=min_rows, judged_share=0.1)
    asked = problem("t").model_copy(update={"renew": rules})
    new = new_rows(frame, pl.Series([None] * 600, dtype=pl.Datetime), lineage, asked)
    return divide(frame, new, lineage, asked, seed=0).fresh, times[569]


def test_where_the_model_must_respond_soon_fine_tuning_learns_from_the_newest_rows() -> None:
    fresh, newest = _responding("15m", 20)
    assert fresh["t"].max() == newest
    assert fresh["t"].min() == newest - timedelta(minutes=29)


def test_the_newest_rows_are_as_many_as_a_renewal_needs() -> None:
    fresh, newest = _responding("15m", 100)
    assert fresh.height == 100
    assert fresh["t"].max() == newest
    assert _responding(None, 40)[0].height == 369
