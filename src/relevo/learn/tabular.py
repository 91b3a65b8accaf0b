"""`Tabular`: what `TabularClassifier` and `TabularRegressor` share."""

from __future__ import annotations

import sys
from math import inf
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

import relevo.learn.boosting  # noqa: F401 (LightGBM takes a second to load: not out of a budget)
from relevo.compute.budget import Budget
from relevo.compute.interrupt import stop_on_interrupt
from relevo.compute.threads import Threads
from relevo.data.conform import conform
from relevo.data.contract import learn_contract
from relevo.learn.estimator import NO_TARGET, Estimator, require, whole
from relevo.learn.learner import Fit, Target, Trial
from relevo.learn.limits import Limits
from relevo.learn.search import search
from relevo.prepare.matrix import Matrix
from relevo.prepare.preparation import Preparation
from relevo.problem.problem import Columns
from relevo.words import say


class Tabular(Estimator):
    """Base of the estimators; see `TabularClassifier` for parameters and attributes."""

    leaderboard_: tuple[Trial, ...]

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
        taken = self._take(X, y, sample_weight, groups)
        columns = Columns(category=taken.given.categories)
        contract = learn_contract(taken.table.data, NO_TARGET, columns=columns)
        rows = conform(taken.table.data, contract)
        preparation = Preparation.fit(rows, contract)
        found = self._search(preparation.table(rows), taken.target, budget, taken.groups)
        return self._keep(
            taken, contract, preparation, predictor_=found.predictor, leaderboard_=found.trials
        )

    @property
    def best_(self) -> Trial:
        """The trial with the smallest loss."""
        self._fitted()
        return self.leaderboard_[0]

    @property
    def _deterministic(self) -> bool:
        return self.trials is not None

    def _check_parameters(self) -> None:
        require("seed", self.seed, whole(self.seed) and self.seed >= 0)
        require("learners", self.learners, bool(self.learners))
        for name in ("trials", "threads"):
            value = getattr(self, name)
            require(name, value, value is None or (whole(value) and value >= 1))
        for name in ("max_latency_us", "max_model_mb"):
            value = getattr(self, name)
            require(name, value, value is None or (isinstance(value, (int, float)) and value > 0))

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


def _tell(trial: Trial) -> None:
    sentence = say(
        "learn.tabular.trial", learner=trial.learner, loss=trial.loss, seconds=trial.seconds
    )
    print(f"{sentence} {trial.why}".rstrip(), file=sys.stderr)
