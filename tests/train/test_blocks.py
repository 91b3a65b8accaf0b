from __future__ import annotations

from datetime import datetime

import polars as pl

from relevo.problem.problem import Problem, Renew, Roles, Source
from relevo.train.blocks import blocks_of

FRAME = pl.DataFrame(
    {
        "t": [datetime(2025, 1, 1, 5), datetime(2025, 1, 1, 23), datetime(2025, 1, 9)],
        "site": ["b", "a", "b"],
    }
)


def problem(block: str, time: str | None = "t") -> Problem:
    source, roles = Source(path="x.csv"), Roles(time=time)
    return Problem(
        name="p", task="regression", target="y", data=source, roles=roles, renew=Renew(block=block)
    )


def blocks(block: str, time: str | None = "t") -> list[int] | None:
    found = blocks_of(FRAME, problem(block, time))
    return None if found is None else found.tolist()


def test_a_block_is_a_period_or_a_column() -> None:
    assert blocks("day") == [1, 1, 2]
    assert blocks("month") == [1, 1, 1]
    assert blocks("hour") == [1, 2, 3]
    assert blocks("minute") == [1, 2, 3]
    assert blocks("site") == [2, 1, 2]


def test_without_a_time_rows_are_independent() -> None:
    assert blocks("day", time=None) is None


def test_a_period_is_not_taken_for_a_column_of_its_name() -> None:
    frame = FRAME.with_columns(day=pl.Series(["Mon", "Tue", "Wed"]))
    assert blocks_of(frame, problem("day", time=None)) is None
