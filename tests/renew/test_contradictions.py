from __future__ import annotations

import polars as pl

from relevo.problem.problem import Problem, Roles, Source
from relevo.renew.contradictions import without_contradictions

ROWS = pl.DataFrame({"id": [1, 1, 2, 2, 3, None, None], "y": [0, 1, 5, 5, 7, 1, 2]})


def problem(name):
    source, roles = Source(path="x.csv"), Roles(id=name)
    return Problem(name="p", task="regression", target="y", data=source, roles=roles)


def test_two_labels_of_one_row_leave_it_out_and_the_same_twice_counts_once():
    kept, left_out = without_contradictions(ROWS, problem("id"))
    assert kept.rows() == [(2, 5), (3, 7), (None, 1), (None, 2)]
    assert left_out == 2


def test_without_ids_there_is_nothing_to_tell():
    for name in (None, "elsewhere"):
        kept, left_out = without_contradictions(ROWS, problem(name))
        assert (kept.height, left_out) == (7, 0)
