"""`training_weights`: how much each training row counts for the population of the problem file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.data.conform import conform
from relevo.data.contract import Contract
from relevo.errors import DataMistake, nearest
from relevo.problem.problem import Problem
from relevo.validate.target.population import Population, population
from relevo.validate.target.target_rows import target_rows

Floats = NDArray[np.float64]


def training_weights(
    train: pl.DataFrame, problem: Problem, contract: Contract, folder: Path
) -> Floats | None:
    """Weights under which the training rows stand for the target population.

    Parameters
    ----------
    train
        The rows that train.
    problem
        Its `[population]` says what is known of the target population and whether weights are
        wanted.
    contract
        Says which columns the model learns from: these are compared, as far as the target rows
        have them.
    folder
        Where relative paths of the problem file start.

    Returns
    -------
    numpy.ndarray or None
        Shape `(n_rows,)`, mean 1: what `relevo.model.build.build` takes as `weights`. All 1 where
        training and target have nothing in common. None when nothing is known of a target
        population, or no weights are wanted.

    Raises
    ------
    DataMistake
        As `relevo.validate.population` does, and when the target rows have none of the columns.

    """
    if not (problem.population.weights and problem.population.known):
        return None
    return problem_population(train, problem, contract, target_rows(problem, folder)).weights


def problem_population(
    train: pl.DataFrame, problem: Problem, contract: Contract, target: pl.DataFrame | None
) -> Population:
    """The training rows against the target rows, if any, and the margins of the problem file."""
    asked = problem.population.margins
    learnt = contract.required
    if target is not None:
        shared = [column for column in learnt if column.name in target.columns]
        if not shared:
            hint = nearest(learnt[0].name, target.columns) if learnt else ""
            columns = ", ".join(target.columns[:8])
            raise DataMistake("population.no_common_column", columns=columns, hint=hint)
        target = conform(target, replace(contract, columns=tuple(shared)))
    named = [column.name for column in learnt]
    # a margin may be of a column that the model does not learn from, such as a sensitive one
    more = [name for name in asked if name in train.columns and name not in named]
    ours = conform(train, replace(contract, columns=tuple(learnt))).hstack(train.select(more))
    return population(ours, target, asked, problem.training.seed)
