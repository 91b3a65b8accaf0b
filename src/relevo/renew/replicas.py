"""`train_replica`: a model that might take over, trained in a process of its own."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.compute.apart import apart
from relevo.compute.budget import Budget
from relevo.compute.memory import available_mb
from relevo.compute.registry import runner as runner_named
from relevo.compute.runner import machine_cores
from relevo.data.conform import conform
from relevo.data.contract import learn_contract
from relevo.data.widen import widen
from relevo.errors import RelevoError
from relevo.learn.learner import Floats
from relevo.learn.rows import Rows
from relevo.model.build import Built, build
from relevo.model.folder import load_model
from relevo.model.losses import losses
from relevo.model.model import Model
from relevo.problem.problem import Problem
from relevo.renew.division import Division
from relevo.renew.history import History, choose_history, days_of
from relevo.train.blocks import blocks_of
from relevo.train.judged import Parts
from relevo.train.registry import strategy as strategy_named
from relevo.train.segment_names import segment_names
from relevo.train.target import class_labels, target_of
from relevo.validate.target.training_weights import training_weights
from relevo.words import say

How = Literal["fine-tune", "scratch"]

_HISTORY_SHARE = 0.2  # of what is left for the replica from scratch
_TABLES = ("older", "fresh", "judged")


@dataclass(frozen=True)
class Recipe:
    """What a replica is made from, besides the rows.

    Attributes
    ----------
    problem
        What is predicted, and how models of it are trained.
    champion
        The champion's folder; it is only read.
    project
        Where relative paths of the problem file start.
    now
        The time of the renewal.
    seed
        Of everything random.
    data, batches
        Fingerprints of the rows, for the lineage.

    """

    problem: Problem
    champion: Path
    project: Path
    now: datetime
    seed: int = 0
    data: str = ""
    batches: tuple[str, ...] = ()


@dataclass(frozen=True)
class Replica:
    """A model that might take over, or why there is none.

    Attributes
    ----------
    how
        `fine-tune` or `scratch`.
    built
        The model, not saved yet; None when its training failed.
    failure
        Why it failed, in words; empty when it did not.
    seconds, cpu_seconds, peak_memory_mb
        What its process cost.
    history
        Which former rows one from scratch has learnt from, and why; None for a fine-tuned one.

    """

    how: How
    built: Built | None
    failure: str
    seconds: float
    cpu_seconds: float
    peak_memory_mb: float
    history: History | None = None


@dataclass(frozen=True)
class _Trained:
    built: Built
    history: History | None = None


def train_replica(
    recipe: Recipe,
    division: Division,
    budget: Budget,
    how: How,
    memory_mb: float | None = None,
) -> Replica:
    """Train a replica in its own process.

    A crash, a hang, an error or want of memory does not touch this process: it becomes the
    replica's `failure`. So does a replica that does not say a finite number of every judged row.
    When the budget is stopped (Ctrl-C), it ends with the best so far.

    Parameters
    ----------
    recipe
        What it is made from.
    division
        The rows that train and the rows that judge.
    budget
        Wall time.
    how
        Fine-tuned, or from scratch.
    memory_mb
        The most that it may take, in 10^6 bytes; default: what the machine has left.

    """
    with tempfile.TemporaryDirectory(prefix="relevo-") as name:
        folder = Path(name)
        for table in _TABLES:
            getattr(division, table).write_ipc(folder / f"{table}.arrow")
        limit = available_mb() if memory_mb is None else memory_mb
        outcome = apart(
            _train, recipe, folder, division.ordered, how, budget=budget, memory_mb=limit
        )
    trained, usage = outcome.result, outcome.usage
    return Replica(
        how,
        trained.built if trained else None,
        outcome.failure,
        usage.wall_seconds,
        usage.cpu_seconds,
        usage.peak_memory_mb,
        trained.history if trained else None,
    )


def _train(recipe: Recipe, folder: Path, ordered: bool, how: How, budget: Budget) -> _Trained:
    """In the child: one replica."""
    rows = {table: pl.read_ipc(folder / f"{table}.arrow") for table in _TABLES}
    division = Division(**rows, ordered=ordered)
    champion = load_model(recipe.champion)
    make = _fine_tuned if how == "fine-tune" else _from_scratch
    trained = make(recipe, champion, division, budget)
    if not np.isfinite(losses(trained.built.model, division.judged)).all():
        raise RelevoError(say("renew.not_finite"))
    return trained


def _fine_tuned(recipe: Recipe, champion: Model, division: Division, budget: Budget) -> _Trained:
    return _Trained(_built(recipe, champion, division.fine_tuned, budget, warm=champion))


def _from_scratch(recipe: Recipe, champion: Model, division: Division, budget: Budget) -> _Trained:
    parts = division.from_scratch
    days = days_of(parts.train, recipe.problem)
    if days is None:
        return _Trained(_built(recipe, champion, parts, budget))
    names = segment_names(parts.train, recipe.problem)
    segments = None if names is None else names.rank("dense").to_numpy().astype(np.intp) - 1
    history = _history(recipe, champion, parts, days, segments, budget.part(_HISTORY_SHARE))
    weights = history.weights(days, segments)
    kept = weights > 0
    parts = replace(parts, train=parts.train.filter(kept))
    built = _built(recipe, champion, parts, budget, weights=weights[kept])
    return _Trained(built, history=history)


def _history(
    recipe: Recipe,
    champion: Model,
    parts: Parts,
    days: Floats,
    segments: NDArray[np.intp] | None,
    budget: Budget,
) -> History:
    """The champion's preparation will do: only histories are compared."""
    problem = recipe.problem
    matrix = champion.preparation.table(conform(parts.train, champion.contract))
    classes = class_labels(pl.concat([parts.train, parts.judged])[problem.target], problem)
    return choose_history(
        Rows(matrix, target_of(parts.train, problem, classes)),
        days,
        budget,
        problem.renew.history,
        blocks_of(parts.train, problem),
        recipe.seed,
        machine_cores(),
        segments,
    )


def _built(
    recipe: Recipe,
    champion: Model,
    parts: Parts,
    budget: Budget,
    warm: Model | None = None,
    weights: Floats | None = None,
) -> Built:
    problem = recipe.problem
    learnt = learn_contract(parts.train, problem.target, problem.roles, problem.columns)
    contract = widen(champion.contract, learnt)
    of_population = training_weights(parts.train, problem, contract, recipe.project)
    if of_population is not None:
        weights = of_population if weights is None else of_population * weights
    built = build(
        problem,
        contract,
        parts,
        budget,
        strategy=strategy_named(champion.lineage.strategy, problem, recipe.project),
        runner=runner_named(problem.training.runner),
        now=recipe.now,
        learner=problem.training.learner,
        seed=recipe.seed,
        data=recipe.data,
        batches=recipe.batches,
        warm=warm,
        weights=None if weights is None or (weights == 1.0).all() else weights,
        on="duel",
    )
    lineage = replace(built.model.lineage, parent=champion.version)
    return replace(built, model=replace(built.model, lineage=lineage))
