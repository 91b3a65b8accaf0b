"""`without_contradictions`: leave out rows whose labels contradict each other."""

from __future__ import annotations

import polars as pl

from relevo.problem.problem import Problem


def without_contradictions(rows: pl.DataFrame, problem: Problem) -> tuple[pl.DataFrame, int]:
    """The rows that may judge, and how many may not.

    A row that came twice with two different labels says nothing about any model: every copy of it
    is left out. A row that came twice with the same label counts once. Without an id there is
    nothing to tell.
    """
    name, target = problem.roles.id, problem.target
    if not name or name not in rows.columns:
        return rows, 0
    named = pl.col(name).is_not_null()
    agree = ~named | (pl.col(target).n_unique().over(name) == 1)
    kept = rows.filter(agree)
    return kept.filter(~named | pl.col(name).is_first_distinct()), rows.height - kept.height
