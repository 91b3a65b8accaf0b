"""`Examination`: the parts of an external validation, which share rows, metrics and time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.compute.budget import Budget
from relevo.errors import DataMistake, OptionMistake, ProblemMistake
from relevo.problem.problem import Problem
from relevo.score.evidence import Figure
from relevo.score.intervals import interval
from relevo.score.metrics import Metric
from relevo.score.metrics import metric as metric_named
from relevo.train.target import target_of
from relevo.validate.estimate import ExpectedQuality
from relevo.validate.kinds import kind_of
from relevo.validate.population import Population
from relevo.validate.quality_estimator import QualityEstimator
from relevo.validate.refit import Refits, numbers_of_prediction
from relevo.validate.shifted import Shifted, shifted
from relevo.validate.transported import Transported, transported
from relevo.validate.twice import Rows
from relevo.words import say

Floats = NDArray[np.float64]
Found = TypeVar("Found")

FOLDS = 5
_HEADLINES = {"classification": ("roc_auc",), "regression": ("r2", "rmse")}


def metrics_of(problem: Problem, names: Sequence[str] = ()) -> list[Metric]:
    """The headlines, and the problem's own; those without an influence have no error for a gap.

    Raises
    ------
    ProblemMistake
        When there is no such metric.

    """
    wanted = [*(names or _HEADLINES[problem.task]), problem.metric]
    each = [metric_named(name, problem.task) for name in dict.fromkeys(wanted)]
    return [one for one in each if one.influence is not None]


class Examination:
    """A recipe, rows and metrics, and what is left of the time.

    Parameters
    ----------
    refit, rows
        The recipe; rows whose target is known.
    metrics, coverage, budget, seed
        As `relevo.validate.external_validity` takes them.

    """

    def __init__(
        self,
        refit: Refits,
        rows: pl.DataFrame,
        metrics: list[Metric],
        coverage: float,
        budget: Budget,
        seed: int,
    ) -> None:
        self.refit, self.rows, self.metrics = refit, rows, metrics
        self.coverage, self.budget, self.seed = coverage, budget, seed
        roles = refit.problem.roles
        self.parts = sum(map(bool, (roles.time, roles.site, *roles.segment))) + 1
        self.notes: list[str] = []

    def tried(self, part: Callable[[Budget], tuple[Found, ...]]) -> tuple[Found, ...]:
        """What a part gives in its share of the time; a note when it cannot be examined."""
        share = self.budget.part(1 / max(self.parts, 1))
        self.parts -= 1
        try:
            return part(share)
        except (DataMistake, OptionMistake) as mistake:
            told = mistake.parts()
            self.notes.append(f"{told['came']} {told['expected']}")
            return ()

    def random(self) -> tuple[tuple[Figure, ...], Floats]:
        """The usual figures, and what models of the other folds said of each row."""
        frame, target = self.rows, self._target(self.rows)
        fold = np.random.default_rng(self.seed).permutation(np.arange(frame.height) % FOLDS)
        said: Floats | None = None
        for number in range(FOLDS):
            held: Rows = np.flatnonzero(fold == number)
            part = numbers_of_prediction(
                self.refit(frame[np.flatnonzero(fold != number)], frame[held])
            )
            said = np.empty((frame.height, *part.shape[1:])) if said is None else said
            said[held] = part
        assert said is not None
        return tuple(self._figure(metric, target, said) for metric in self.metrics), said

    def _figure(self, metric: Metric, target: tuple[Floats, Floats | None], said: Floats) -> Figure:
        low, high, how = interval(metric, target[0], said, target[1], self.coverage)
        value = metric.function(target[0], said, target[1])
        on = say("elsewhere.random_split")
        return Figure(metric.name, value, (low, high), len(said), on, how, self.coverage)

    def _target(self, rows: pl.DataFrame) -> tuple[Floats, Floats | None]:
        found = target_of(rows, self.refit.problem, self.refit.classes)
        return found.values, found.weight

    def expected(
        self, here: pl.DataFrame, said: Floats, there: pl.DataFrame, then: Floats
    ) -> tuple[ExpectedQuality, ...]:
        """What rows of a target population are likely to see, without their outcomes."""
        names = self._common(here, there)
        found = []
        for metric in self.metrics:
            try:
                estimator = QualityEstimator(
                    metric.name, said, self._target(here)[0], here.select(names), seed=self.seed
                )
                found.append(estimator.estimate(then, there.select(names), None, self.coverage))
            except (DataMistake, ProblemMistake) as mistake:
                self.notes.append(mistake.parts()["came"])
        return tuple(found)

    def shifted(
        self, here: pl.DataFrame, said: Floats, there: pl.DataFrame, found: Population | None
    ) -> tuple[Shifted, ...]:
        """The judged rows, weighted until they resemble the target population."""
        names = self._common(here, there)
        outcome = self._target(here)[0]

        def weighed(share: Budget) -> tuple[Shifted, ...]:
            return tuple(
                shifted(
                    here.select(names),
                    outcome,
                    said,
                    there.select(names),
                    metric,
                    found=found,
                    coverage=self.coverage,
                    budget=share,
                    seed=self.seed,
                )
                for metric in self.metrics
            )

        return self.tried(weighed)

    def external(self, there: pl.DataFrame, said: Floats) -> Transported | None:
        """The predictions of an external table, where its outcomes are known."""
        target = self.refit.problem.target
        if target not in there.columns:
            return None
        known = there[target].is_not_null().to_numpy()
        if not known.any():
            return None
        outcome, weight = self._target(there.filter(known))
        judged = self.tried(
            lambda _: (
                transported(
                    outcome,
                    said[known],
                    self.metrics,
                    weight=weight,
                    coverage=self.coverage,
                    seed=self.seed,
                ),
            )
        )
        return judged[0] if judged else None

    def _common(self, here: pl.DataFrame, there: pl.DataFrame) -> list[str]:
        problem = self.refit.problem
        unlearnt = {*problem.roles.not_predictors(), *problem.columns.ignore, problem.target}
        return [
            name
            for name in here.columns
            if name in there.columns and name not in unlearnt and kind_of(here[name]) is not None
        ]
