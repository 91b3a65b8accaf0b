"""Build a model: prepare, train under a strategy, judge on rows that nobody trained on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version as library_version
from math import inf
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo import __version__
from relevo.compute.budget import Budget
from relevo.compute.meter import Meter
from relevo.compute.runner import Runner
from relevo.data.conform import conform
from relevo.data.contract import Contract
from relevo.errors import OptionMistake
from relevo.learn.learner import Fit, Target, Trial
from relevo.learn.limits import Limits
from relevo.model.lineage import Lineage
from relevo.model.model import Model
from relevo.model.monotone import monotone_of
from relevo.prepare.preparation import Preparation
from relevo.problem.problem import Problem
from relevo.score.evidence import Evidence
from relevo.score.figures import figures
from relevo.score.spread import kish
from relevo.train.blocks import blocks_of
from relevo.train.groups import groups_of
from relevo.train.judged import Parts
from relevo.train.strategy import Strategy, TrainingRows
from relevo.train.target import class_labels, target_of

_LIBRARIES = ("numpy", "scipy", "polars", "lightgbm")
_MOST_REFERENCE_ROWS = 20_000
_MOST_JUDGED_ROWS = 50_000
# Seconds that judging and saving take, measured: some 4 microseconds a judged row for predicting
# and all figures with their intervals, and a tenth of a second for the files; doubled.
_JUDGING_SECONDS_PER_ROW = 8e-6
_SAVING_SECONDS = 0.15


@dataclass(frozen=True)
class Built:
    """A model, how it was found, and the rows that are kept beside it.

    Attributes
    ----------
    model
        Not saved yet; its version is 0.
    fit
        The predictor's trials, best first.
    tables
        `judged` and `reference` rows, at most some ten thousands each.
    seconds
        Wall time of preparation, training and judging.

    """

    model: Model
    fit: Fit
    tables: dict[str, pl.DataFrame]
    seconds: float


def build(
    problem: Problem,
    contract: Contract,
    parts: Parts,
    budget: Budget,
    *,
    strategy: Strategy,
    runner: Runner,
    now: datetime,
    learner: str = "auto",
    seed: int = 0,
    trials: int | None = None,
    keep: Path | None = None,
    data: str = "",
    batches: tuple[str, ...] = (),
    warm: Model | None = None,
    weights: NDArray[np.float64] | None = None,
    on: str = "judged",
    progress: Callable[[Trial], None] | None = None,
) -> Built:
    """A judged model from rows that train and rows that judge.

    Parameters
    ----------
    problem, contract
        What is predicted, and what the rows keep.
    parts
        Disjoint rows whose target is known.
    budget
        Wall time for everything, judging included.
    strategy, runner, learner, seed
        How it is trained.
    trials
        How many configurations are tried whatever the time, see `relevo.learn.search`.
    keep
        A folder for what a search has done, so that an interrupted one goes on.
    data, batches
        Fingerprints for the lineage.
    warm
        A model to fine-tune: its contract, preparation and classes are kept, it is not changed.
    weights
        Further weights of the rows that train, shape `(n_rows,)`, multiplied with those of the
        problem's weight column.
    on
        What the judged rows are called in the evidence.

    """
    meter = Meter().start()
    contract = warm.contract if warm else contract
    classes = warm.classes if warm else class_labels(_both(parts, problem.target), problem)
    train = conform(parts.train, contract)
    if warm and warm.lineage.strategy != strategy.name:
        raise OptionMistake(
            "train.other_strategy", strategy=strategy.name, former=warm.lineage.strategy
        )
    preparation = warm.preparation if warm else Preparation.fit(train, contract, strategy.keys)
    rows = TrainingRows(
        parts.train,
        preparation.table(train),
        _weighted(target_of(parts.train, problem, classes), weights),
        parts.ordered,
        groups_of(parts.train, problem),
        blocks_of(parts.train, problem),
    )
    fit = strategy.fit(
        rows,
        budget.part(1 - _reserve(parts.judged.height, budget)),
        learner=learner,
        runner=runner,
        seed=seed,
        warm=warm.predictor if warm else None,
        trials=trials,
        limits=limits_of(problem, preparation, len(classes), strategy.name),
        keep=keep,
        progress=progress,
    )
    model = Model(
        problem=problem,
        contract=contract,
        preparation=preparation,
        predictor=fit.predictor,
        evidence=Evidence(),
        classes=classes,
        threshold=problem.costs.threshold,
        lineage=Lineage(
            created_at=now,
            how="fine-tune" if warm else "scratch",
            parent=warm.version if warm else None,
            learner=getattr(fit.predictor, "learners", fit.predictor.kind),
            strategy=strategy.name,
            runner=type(runner).__name__.lower(),
            seed=seed,
            budget_seconds=budget.seconds,
            data=data,
            batches=batches,
            rows_trained=parts.train.height,
            rows_judged=parts.judged.height,
            effective_rows=None if weights is None else kish(weights),
            trained_until=newest(parts.train, problem.roles.time),
            known_until=newest(parts.judged, problem.roles.time),
            settings=dict(fit.trials[0].settings) if fit.trials else {},
            versions={"relevo": __version__, **{n: library_version(n) for n in _LIBRARIES}},
        ),
    )
    evidence = evidence_of(model, parts.judged, on, seed)
    cost = meter.usage
    lineage = replace(
        model.lineage,
        seconds=cost.wall_seconds,
        cpu_seconds=cost.cpu_seconds,
        peak_memory_mb=cost.peak_memory_mb,
    )
    return Built(
        model=replace(model, evidence=evidence, lineage=lineage),
        fit=fit,
        tables={
            "judged": _sample(parts.judged, _MOST_JUDGED_ROWS, seed),
            "reference": _sample(parts.train, _MOST_REFERENCE_ROWS, seed),
        },
        seconds=cost.wall_seconds,
    )


def evidence_of(
    model: Model,
    judged: pl.DataFrame,
    on: str,
    seed: int = 0,
    weights: NDArray[np.float64] | None = None,
) -> Evidence:
    """The figures of a model on rows whose target is known.

    Parameters
    ----------
    model
        The model that is judged.
    judged
        Rows that it was not trained on, shape `(n_rows, n_columns)`.
    on
        What these rows are called.
    seed
        Of the bootstrap.
    weights
        Further weights, shape `(n_rows,)`, multiplied with those of the problem's weight column.

    """
    target = _weighted(target_of(judged, model.problem, model.classes), weights)
    return figures(
        model.problem.task,
        target.values,
        model.predict(judged),
        weight=target.weight,
        blocks=blocks_of(judged, model.problem),
        on=on,
        seed=seed,
        first=model.problem.metric,
        threshold=model.threshold,
    )


def _weighted(target: Target, weights: NDArray[np.float64] | None) -> Target:
    if weights is None:
        return target
    return replace(target, weight=weights if target.weight is None else target.weight * weights)


def newest(frame: pl.DataFrame, time_column: str | None) -> datetime | None:
    """The newest time of a table, when it has a time column."""
    if time_column is None:
        return None
    latest = frame[time_column].cast(pl.Datetime("us")).max()
    return latest if isinstance(latest, datetime) else None


def limits_of(
    problem: Problem, preparation: Preparation, n_classes: int, strategy: str = "central"
) -> Limits:
    """What a problem asks of its model, in the names of the prepared features.

    Raises
    ------
    ProblemMistake
        When the score is to rise or to fall with a column that is not there, holds no numbers, or
        is named for both, or there are more than two classes.

    """
    training = problem.training
    return Limits(
        max_latency_us=training.max_latency_us or inf,
        max_model_mb=training.max_model_mb or inf,
        interpretable=training.interpretable,
        monotone=monotone_of(problem, preparation, n_classes, strategy),
    )


def _both(parts: Parts, target: str) -> pl.Series:
    return pl.concat([parts.train[target], parts.judged[target]])


def _reserve(rows_judged: int, budget: Budget) -> float:
    seconds = _SAVING_SECONDS + rows_judged * _JUDGING_SECONDS_PER_ROW
    return min(0.5, seconds / max(budget.remaining, 1e-9))


def _sample(frame: pl.DataFrame, rows: int, seed: int) -> pl.DataFrame:
    return frame if frame.height <= rows else frame.sample(rows, seed=seed)
