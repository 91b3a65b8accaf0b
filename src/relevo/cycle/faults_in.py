"""`faults_in`: what is wrong with rows, beside those that the champion learnt from."""

from __future__ import annotations

import polars as pl

from relevo.model.model import Model
from relevo.problem.problem import Problem
from relevo.train.segment_names import segment_names
from relevo.watch.cause import Cause
from relevo.watch.data_faults import data_faults


def faults_in(
    rows: pl.DataFrame, times: pl.Series | None, reference: pl.DataFrame, model: Model
) -> tuple[Cause, ...]:
    """The faults of the data, in all rows or at one site (or in one segment) alone.

    Parameters
    ----------
    rows, times
        The newest rows, and when each happened; None where nobody knows.
    reference
        Rows that the model learnt from.
    model
        The champion.

    """
    problem = model.problem
    time = problem.roles.time
    return data_faults(
        model.predictors(reference),
        model.predictors(rows),
        reference[time].cast(pl.Datetime("us")) if time else None,
        times if time else None,
        places_of(reference, problem),
        places_of(rows, problem),
    )


def places_of(rows: pl.DataFrame, problem: Problem) -> pl.Series | None:
    """The site of each row, or its segment."""
    site = problem.roles.site
    if site and site in rows.columns:
        return rows[site].cast(pl.String)
    return segment_names(rows, problem)
