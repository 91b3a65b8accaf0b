"""`Tabular`: what `TabularClassifier` and `TabularRegressor` share."""

from __future__ import annotations

import sys
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray

import relevo.learn.boosting  # noqa: F401 (LightGBM takes a second to load: not out of a budget)
from relevo.compute.budget import Budget
from relevo.compute.interrupt import stop_on_interrupt
from relevo.compute.threads import Threads
from relevo.data.conform import conform
from relevo.data.contract import Contract, learn_contract
from relevo.errors import DataMistake, OptionMistake
from relevo.learn.learner import Fit, Floats, Predictor, Target, Trial
from relevo.learn.limits import Limits
from relevo.learn.rows import FEWEST_ROWS
from relevo.learn.search import search
from relevo.learn.sklearn_kinds import not_fitted, tags
from relevo.learn.tabular_files import read_estimator, write_estimator
from relevo.learn.tabular_match import match_rows, refuse_names, unreadable_value
from relevo.learn.tabular_parameters import Parameters
from relevo.learn.tabular_rows import read_rows
from relevo.learn.tabular_target import read_groups, read_target, read_weights, with_mean_one
from relevo.prepare.matrix import Matrix
from relevo.prepare.preparation import Preparation
from relevo.problem.problem import Columns
from relevo.words import say

_NO_TARGET = ""  # no column can be called so: the target does not stand in the table


class Tabular(Parameters):
    """Base of the estimators; see `TabularClassifier` for parameters and attributes."""

    task: ClassVar[Literal["classification", "regression"]]

    leaderboard_: tuple[Trial, ...]
    predictor_: Predictor
    preparation_: Preparation
    contract_: Contract
    n_features_in_: int
    feature_names_in_: NDArray[np.object_]
    _known: frozenset[str]

    def __init__(
        self,
        budget: str | float = "60s",
        seed: int = 0,
        trials: int | None = None,
        learners: str | tuple[str, ...] = "auto",
        max_latency_us: float | None = None,
        max_model_mb: float | None = None,
        interpretable: bool = False,
        threads: int | None = None,
        ordered: bool = False,
        verbose: bool = False,
    ) -> None:
        self.budget = budget
        self.seed = seed
        self.trials = trials
        self.learners = learners
        self.max_latency_us = max_latency_us
        self.max_model_mb = max_model_mb
        self.interpretable = interpretable
        self.threads = threads
        self.ordered = ordered
        self.verbose = verbose

    @abstractmethod
    def _read(self, y: NDArray[Any]) -> tuple[Target, dict[str, Any]]:
        """The target, and the attributes that follow from it."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None, groups: Any = None) -> Self:
        """Learn from a table; ends within the budget. Ctrl-C ends it with the best so far.

        Parameters
        ----------
        X
            Shape `(n_rows, n_columns)`: a NumPy array (of objects, too), a pandas, Polars or Arrow
            table, a list of rows, a sparse matrix. Numbers, texts, categories, truth values, dates;
            NaN, None and infinite numbers are missing.
        y
            Shape `(n_rows,)`: what is to be predicted.
        sample_weight
            Shape `(n_rows,)`, zero or more: how much each row counts; a row of weight zero is left
            out.
        groups
            Shape `(n_rows,)`: rows of one group (a customer, a site) are never both learnt from and
            held back.

        Returns
        -------
        Tabular
            The estimator itself.

        Raises
        ------
        OptionMistake
            When an argument of the estimator is none.
        DataMistake
            When the table or the target cannot be learnt from; it is a ValueError.

        """
        budget = Budget.parse(self.budget)
        self._check_parameters()
        given = read_rows(X)
        frame, n_rows = given.table.data, given.table.rows
        target_values = read_target(y, n_rows)
        weight, of_group = read_weights(sample_weight, n_rows), read_groups(groups, n_rows)
        if weight is not None:
            kept = weight > 0
            frame, target_values = frame.filter(kept), target_values[kept]
            weight = with_mean_one(weight[kept])
            of_group = None if of_group is None else of_group[kept]
        target, learnt = self._read(target_values)
        if len(target) < FEWEST_ROWS:
            raise DataMistake("learn.too_few_rows", rows=len(target), needed=FEWEST_ROWS)
        columns = Columns(category=given.categories)
        contract = learn_contract(frame, _NO_TARGET, columns=columns)
        rows = conform(frame, contract)
        preparation = Preparation.fit(rows, contract)
        matrix = preparation.table(rows)
        found = self._search(matrix, replace(target, weight=weight), budget, of_group)
        vars(self).pop("feature_names_in_", None)
        if given.named:
            self.feature_names_in_ = np.array(given.table.columns, dtype=object)
        self.n_features_in_ = len(given.table.columns)
        self.contract_, self.preparation_ = contract, preparation
        self.predictor_, self.leaderboard_ = found.predictor, found.trials
        self._known = frozenset(contract.names)
        vars(self).update(learnt)
        return self

    def predict_row(self, row: Mapping[str, Any]) -> Floats:
        """The prediction for one row, in microseconds.

        Parameters
        ----------
        row
            A value per column, by its name (`column_0`, `column_1`, ... when `fit` saw no names);
            an absent one is missing.

        Returns
        -------
        ndarray
            Probabilities `(n_classes,)`, or the number as shape `(1,)`.

        Raises
        ------
        DataMistake
            When a name is unknown, or a value is not of its column's type.

        """
        predictor = self._fitted()
        if not row.keys() <= self._known:
            refuse_names(row, self.contract_)
        try:
            values = self.preparation_.row(row)
        except (TypeError, ValueError, AttributeError) as error:
            raise unreadable_value(row, self.contract_, error) from error
        return predictor.predict_row(values)

    def save(self, folder: str | Path) -> None:
        """Write the fitted estimator to a new folder of files that run no code.

        `estimator.json`, `contract.toml`, `preparation.json` and the folder `predictor`.

        Raises
        ------
        ModelMistake
            When the folder exists.

        """
        self._fitted()
        write_estimator(Path(folder), type(self).__name__, self.get_params(), self)

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """The estimator that `save` wrote.

        Raises
        ------
        ModelMistake
            When there is none, or one of another kind.

        """
        parameters, fitted = read_estimator(Path(folder), cls.__name__)
        estimator = cls(**parameters)
        vars(estimator).update(fitted)
        estimator._known = frozenset(estimator.contract_.names)
        return estimator

    @property
    def best_(self) -> Trial:
        """The trial with the smallest loss."""
        self._fitted()
        return self.leaderboard_[0]

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn asks of an estimator before it uses it."""
        return tags(self.task, deterministic=self.trials is not None)

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled."""
        state = dict(vars(self))
        if "preparation_" in state:
            state["preparation_"] = replace(state["preparation_"])  # without its row's functions
        return state

    def _check_parameters(self) -> None:
        _require("seed", self.seed, _whole(self.seed) and self.seed >= 0)
        _require("learners", self.learners, bool(self.learners))
        for name in ("trials", "threads"):
            value = getattr(self, name)
            _require(name, value, value is None or (_whole(value) and value >= 1))
        for name in ("max_latency_us", "max_model_mb"):
            value = getattr(self, name)
            _require(name, value, value is None or (isinstance(value, (int, float)) and value > 0))

    def _search(
        self, matrix: Matrix, target: Target, budget: Budget, groups: NDArray[np.intp] | None
    ) -> Fit:
        """The one place where the estimators meet the search."""
        which: dict[str, Any] = {}
        if self.learners != "auto":
            named = self.learners
            which["learners"] = (named,) if isinstance(named, str) else tuple(named)
        limits = Limits(
            max_latency_us=self.max_latency_us or inf,
            max_model_mb=self.max_model_mb or inf,
            interpretable=self.interpretable,
        )
        with stop_on_interrupt(budget):
            return search(
                matrix,
                target,
                budget,
                runner=Threads(self.threads),
                seed=self.seed,
                ordered=self.ordered,
                groups=groups,
                trials=self.trials,
                limits=limits,
                progress=_tell if self.verbose else None,
                **which,
            )

    def _fitted(self) -> Predictor:
        if "predictor_" not in vars(self):
            raise not_fitted(type(self).__name__)
        return self.predictor_

    def _matrix(self, X: Any) -> Matrix:
        """A table prepared for the predictor."""
        self._fitted()
        named = "feature_names_in_" in vars(self)
        rows = match_rows(read_rows(X), self.contract_, named, type(self).__name__)
        return self.preparation_.table(rows.data)


def _tell(trial: Trial) -> None:
    sentence = say(
        "learn.tabular.trial", learner=trial.learner, loss=trial.loss, seconds=trial.seconds
    )
    print(f"{sentence} {trial.why}".rstrip(), file=sys.stderr)


def _whole(value: object) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def _require(name: str, value: object, holds: bool) -> None:
    if not holds:
        raise OptionMistake(
            "learn.bad_parameter",
            name=name,
            value=value,
            wanted=say(f"learn.tabular.wanted.{name}"),
        )
