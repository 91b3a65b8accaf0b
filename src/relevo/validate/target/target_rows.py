"""`target_rows`: the rows of the population that the problem file says the model is for."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from relevo.data.table import Table
from relevo.problem.problem import Problem


def target_rows(problem: Problem, folder: Path) -> pl.DataFrame | None:
    """Rows of the target population; None when the problem file names none.

    Parameters
    ----------
    problem
        Its `[population]` says where they are.
    folder
        Where its relative paths start.

    Raises
    ------
    DataMistake
        When they cannot be read.

    """
    asked = problem.population
    if not (asked.path or asked.url):
        return None
    return Table.of(asked, problem.roles, folder=folder).data
