"""`Refit`: how a model of one recipe is trained on some rows and tried on others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.compute.budget import Budget
from relevo.compute.threads import Threads
from relevo.data.conform import conform
from relevo.data.contract import Contract, learn_contract
from relevo.learn.ensemble_predictor import EnsemblePredictor
from relevo.learn.learner import Prediction, Predictor
from relevo.learn.registry import ASKED
from relevo.learn.registry import learner as learner_named
from relevo.learn.thinned import which
from relevo.model.model import Model
from relevo.prepare.preparation import Preparation
from relevo.problem.problem import Problem
from relevo.train.blocks import blocks_of
from relevo.train.groups import groups_of
from relevo.train.registry import strategy as strategy_named
from relevo.train.strategy import TrainingRows
from relevo.train.target import class_labels, target_of

Floats = NDArray[np.float64]

_QUICK_RATE, _MOST_TREES, _PATIENCE = 0.1, 300, 20


class Refits(Protocol):
    """Trains on some rows, predicts others; `Refit` is one."""

    @property
    def problem(self) -> Problem:
        """What is predicted."""
        ...

    @property
    def classes(self) -> tuple[Any, ...]:
        """The labels of a classification, the positive one last; empty for a regression."""
        ...

    def __call__(self, train: pl.DataFrame, judged: pl.DataFrame) -> Prediction:
        """What a model of `train`, rows with a known target, says of each row of `judged`."""
        ...


@dataclass(frozen=True)
class Refit:
    """A model's recipe without its search: cheap enough to be followed many times.

    The preparation is fitted on the rows that train; the learner is the one that weighs most in the
    model, with its settings, so the figures are those of a model like it, not of itself. All
    figures that are compared come from the same recipe.

    Attributes
    ----------
    problem, contract, classes
        As those of a `Model`.
    learner, settings
        What is fitted.
    strategy
        `central`, or `stratified`: then segments are pooled on top of it.
    most_rows
        A sample of so many is learnt from when there are more.
    seconds
        Wall time of one fit at most.
    seed, threads
        Of the learner.

    Examples
    --------
    >>> x = np.arange(400) / 40 % 1
    >>> rows = pl.DataFrame({"x": x, "y": 3 * x})
    >>> problem = Problem(name="line", task="regression", target="y", data={"path": "rows.csv"})
    >>> refit = Refit.of_problem(problem, rows, learner="linear")
    >>> float(abs(refit(rows[:300], rows[300:]).values - 3 * x[300:]).max()) < 0.1
    True

    """

    problem: Problem
    contract: Contract
    classes: tuple[Any, ...] = ()
    learner: str = "boosting"
    settings: Mapping[str, Any] | None = None
    strategy: str = "central"
    most_rows: int = 30_000
    seconds: float = 60.0
    seed: int = 0
    threads: int = 1

    @classmethod
    def of_model(cls, model: Model, seed: int = 0, threads: int = 1) -> Refit:
        """The recipe of a model: of an ensemble, its weightiest member."""
        member = _weightiest(model.predictor)
        return cls(
            model.problem,
            model.contract,
            model.classes,
            member.kind if member.kind in ASKED else "linear",
            dict(getattr(member, "settings", {})),
            model.lineage.strategy,
            seed=seed,
            threads=threads,
        )

    @classmethod
    def of_problem(
        cls,
        problem: Problem,
        rows: pl.DataFrame,
        learner: str = "boosting",
        seed: int = 0,
        threads: int = 1,
        **settings: Any,
    ) -> Refit:
        """The recipe for a problem of which there is no model yet.

        Parameters
        ----------
        problem
            What is predicted.
        rows
            All rows, their target known: the contract is learnt from them.
        learner, settings
            See `relevo.learn.registry.learner`.
        seed, threads
            Of the learner.

        """
        contract = learn_contract(rows, problem.target, problem.roles, problem.columns)
        classes = class_labels(rows[problem.target], problem)
        return cls(problem, contract, classes, learner, settings, seed=seed, threads=threads)

    def __call__(self, train: pl.DataFrame, judged: pl.DataFrame) -> Prediction:
        """What a model of `train`, rows with a known target, says of each row of `judged`."""
        train = train[which(train.height, self.most_rows, False, self.seed)]
        held = conform(train, self.contract)
        keys = self.problem.roles.segment if self.strategy == "stratified" else ()
        preparation = Preparation.fit(held, self.contract, keys)
        rows = TrainingRows(
            train,
            preparation.table(held),
            target_of(train, self.problem, self.classes),
            False,
            groups_of(train, self.problem),
            blocks_of(train, self.problem),
        )
        predictor = self._pooled(rows) if self.strategy == "stratified" else self._central(rows)
        return predictor.predict(preparation.table(conform(judged, self.contract)))

    def _central(self, rows: TrainingRows) -> Predictor:
        known = {field.name for field in fields(type(learner_named(self.learner)))}
        own: dict[str, Any] = {"seed": self.seed, "threads": self.threads, "ordered": False}
        given = {name: value for name, value in (self.settings or {}).items() if name in known}
        if self.learner == "boosting":  # few trees at a quicker rate tell nearly as much
            own["learning_rate"] = max(_QUICK_RATE, given.get("learning_rate", 0.0))
            own |= {"most_trees": _MOST_TREES, "patience": _PATIENCE}
        made = learner_named(self.learner, **{**given, **own})
        fitted: Predictor = made.fit(rows.matrix, rows.target, Budget(self.seconds))
        return fitted

    def _pooled(self, rows: TrainingRows) -> Predictor:
        under = strategy_named(self.strategy, self.problem)
        return under.fit(
            rows,
            Budget(self.seconds),
            learner=self.learner,
            runner=Threads(self.threads),
            seed=self.seed,
            trials=1,
        ).predictor

    def within(self, seconds: float) -> Refit:
        """The same recipe, with at most so many seconds for a fit."""
        return replace(self, seconds=min(seconds, self.seconds))


def numbers_of_prediction(prediction: Prediction) -> Floats:
    """Probabilities `(n_rows, n_classes)` of a classification, else values `(n_rows,)`."""
    return prediction.values if prediction.probabilities is None else prediction.probabilities


def _weightiest(predictor: Predictor) -> Predictor:
    base = getattr(predictor, "base", None)  # what is common to all segments
    if base is not None:
        return _weightiest(base)
    if isinstance(predictor, EnsemblePredictor):
        heaviest = max(predictor.members, key=lambda member: float(member.weight.mean()))
        return heaviest.predictor
    return predictor
