from __future__ import annotations

import polars as pl

from relevo.problem.problem import Problem
from relevo.train.groups import groups_of

FRAME = pl.DataFrame({"y": [1.0, 2.0, 3.0, 4.0], "who": ["a", "b", "a", None], "n": [1, 2, 3, 4]})


def problem(**roles: str) -> Problem:
    return Problem.model_validate(
        {"name": "x", "task": "regression", "target": "y", "data": {"path": "x"}, "roles": roles}
    )


def test_a_site_makes_groups() -> None:
    groups = groups_of(FRAME, problem(site="who"))
    assert groups is not None
    assert groups.tolist() == [1, 2, 1, 0]


def test_an_id_makes_groups_only_where_it_comes_more_than_once() -> None:
    repeated = groups_of(FRAME, problem(id="who"))
    assert repeated is not None
    assert len(set(repeated.tolist())) == 3
    assert groups_of(FRAME, problem(id="n")) is None


def test_without_either_rows_stand_alone() -> None:
    assert groups_of(FRAME, problem()) is None
