"""Rows that a model is given: read, and refused when it could only guess what they mean."""

from __future__ import annotations

from typing import Any

import polars as pl

from relevo.cycle.project import Project
from relevo.data.check import check as check_table
from relevo.data.conform import conform
from relevo.data.contract import Contract
from relevo.data.table import Table
from relevo.data.times import with_times
from relevo.errors import DataMistake
from relevo.model.model import Model
from relevo.train.target import target_values


def batch_rows(project: Project, source: Any, model: Model) -> pl.DataFrame:
    """The rows of a batch, with every column that the model needs and values of its type.

    Unseen categories, other ranges, more missing values and the like are let through: `check`
    reports these. Times that are text are read.

    Raises
    ------
    DataMistake
        When a column is absent or holds values of another type.

    """
    rows, time = project.table(source).data, project.problem.roles.time
    refuse_unfit(rows, model.contract)
    return with_times(rows, time, missing=True) if time in rows.columns else rows


def labelled_batch(project: Project, source: Any, model: Model) -> pl.DataFrame:
    """The rows of a batch that holds outcomes, as they may train and judge the next models.

    Raises
    ------
    DataMistake
        When the batch does not fit the model, holds no outcome or one that the model does not
        know, lacks times, or tells different things of one row.

    """
    problem = project.problem
    rows = batch_rows(project, source, model)
    Table(rows).require([problem.target, *problem.roles.columns])
    outcomes = rows[problem.target].drop_nulls()
    if outcomes.is_empty():
        raise DataMistake("cycle.no_outcomes", column=problem.target, rows=rows.height)
    target_values(outcomes, model.classes)
    if problem.roles.time:
        rows = with_times(rows, problem.roles.time)
    refuse_contradictions(rows, problem.roles.id)
    return rows


def refuse_unfit(frame: pl.DataFrame, contract: Contract) -> None:
    """Refuse rows that lack a column or hold values of another type."""
    conform(frame.head(0), contract)
    for finding in check_table(frame, contract).findings:
        if finding.rule == "type":
            raise DataMistake(
                "cycle.unfit_table",
                column=finding.column,
                got=finding.got,
                expected=finding.expected,
                rows=finding.rows,
            )


def refuse_contradictions(frame: pl.DataFrame, id: str | None) -> None:
    """Refuse rows that share an id and differ in anything else; exact repetitions may be."""
    if id is None or not _repeats(frame[id]):
        return
    distinct = frame.unique()[id]
    repeated = distinct.filter(distinct.is_duplicated() & distinct.is_not_null())
    if len(repeated):
        examples = repeated.unique().sort().head(3).cast(pl.String).to_list()
        raise DataMistake(
            "cycle.contradictions",
            column=id,
            rows=len(repeated),
            examples=", ".join(examples),
        )


def _repeats(names: pl.Series) -> bool:
    known = names.drop_nulls()
    return known.n_unique() < len(known)
