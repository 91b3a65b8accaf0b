"""`training_weights`: how much each training row counts for the population of the problem file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.data.conform import conform
from relevo.data.contract import Contract
from relevo.errors import DataMistake, nearest
from relevo.problem.problem import Problem
from relevo.validate.population import Population, population

Floats = NDArray[np.float64]


def training_weights(
    train: pl.DataFrame, problem: Problem, contract: Contract, target_rows: pl.DataFrame | None
) -> Floats:
    """Weights under which the training rows stand for the target population.

    Parameters
    ----------
    train
        The rows that train.
    problem
        Its `[population]` says what is known of the target population and whether weights are
        wanted; without either every row weighs 1.
    contract
        Says which columns the model learns from: these are compared, as far as the target rows
        have them.
    target_rows
        What `population.path` or `.url` and `.query` hold; None with margins alone.

    Returns
    -------
    numpy.ndarray
        Shape `(n_rows,)`, mean 1: what `relevo.model.build.build` takes as `weights`. All 1 where
        training and target have nothing in common.

    Raises
    ------
    DataMistake
        As `relevo.validate.population` does, and when the target rows have none of the columns.

    """
    if not (problem.population.weights and problem.population.known):
        return np.ones(train.height)
    return problem_population(train, problem, contract, target_rows).weights


def problem_population(
    train: pl.DataFrame, problem: Problem, contract: Contract, target_rows: pl.DataFrame | None
) -> Population:
    """The training rows against the population of the problem file; parameters as above."""
    asked = problem.population.margins
    learnt = contract.required
    if target_rows is not None:
        shared = [column for column in learnt if column.name in target_rows.columns]
        if not shared:
            hint = nearest(learnt[0].name, target_rows.columns) if learnt else ""
            columns = ", ".join(target_rows.columns[:8])
            raise DataMistake("population.no_common_column", columns=columns, hint=hint)
        target_rows = conform(target_rows, replace(contract, columns=tuple(shared)))
    named = [column.name for column in learnt]
    # a margin may be of a column that the model does not learn from, such as a sensitive one
    more = [name for name in asked if name in train.columns and name not in named]
    ours = conform(train, replace(contract, columns=tuple(learnt))).hstack(train.select(more))
    return population(ours, target_rows, asked, problem.training.seed)
