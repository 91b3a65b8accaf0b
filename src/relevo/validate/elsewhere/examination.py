"""`Examination`: the parts of an external validation, which share rows, metrics and time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.compute.budget import Budget
from relevo.errors import DataMistake, OptionMistake, ProblemMistake, UserMistake
from relevo.problem.problem import Problem
from relevo.score.evidence import Figure
from relevo.score.intervals import interval
from relevo.score.metrics import Metric
from relevo.score.metrics import metric as metric_named
from relevo.train.blocks import blocks_of
from relevo.train.target import target_of
from relevo.validate.elsewhere.future import future
from relevo.validate.elsewhere.refit import Refits, numbers_of_prediction
from relevo.validate.elsewhere.shifted import Shifted, shifted
from relevo.validate.elsewhere.transfer import Transfer
from relevo.validate.elsewhere.transported import Transported, transported
from relevo.validate.elsewhere.twice import Rows
from relevo.validate.elsewhere.unseen import unseen
from relevo.validate.expected.estimate import ExpectedQuality
from relevo.validate.expected.quality_estimator import QualityEstimator
from relevo.validate.target.kinds import kind_of
from relevo.validate.target.population import Population
from relevo.words import say

Floats = NDArray[np.float64]
Found = TypeVar("Found")

FOLDS = 5
_HEADLINES = {"classification": ("roc_auc", "log_loss"), "regression": ("r2", "rmse")}


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
            self.note(mistake)
            return ()

    def note(self, mistake: UserMistake) -> None:
        """Say once what cannot be examined."""
        told = mistake.parts()
        text = f"{told['came']} {told['expected']}"
        if text not in self.notes:
            self.notes.append(text)

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
        blocks = blocks_of(self.rows, self.refit.problem)
        low, high, how = interval(metric, target[0], said, target[1], self.coverage, blocks)
        value = metric.function(target[0], said, target[1])
        on = say("elsewhere.random_split")
        return Figure(metric.name, value, (low, high), len(said), on, how, self.coverage)

    def _target(self, rows: pl.DataFrame) -> tuple[Floats, Floats | None]:
        found = target_of(rows, self.refit.problem, self.refit.classes)
        return found.values, found.weight

    def future(self) -> tuple[Transfer, ...]:
        """Later rows, where the problem names a time column."""
        time = self.refit.problem.roles.time
        common = self.metrics, self.coverage
        if time is None:
            return ()
        return self.tried(
            lambda budget: future(self.refit, self.rows, time, *common, budget, self.seed)
        )

    def unseen(self, by: str | None, kind: Literal["site", "segment"]) -> tuple[Transfer, ...]:
        """Values of a column that a model has not seen."""
        common = self.metrics, kind, self.coverage
        if by is None:
            return ()
        return self.tried(
            lambda budget: unseen(self.refit, self.rows, by, *common, budget, self.seed)
        )

    def expected(
        self, here: pl.DataFrame, said: Floats, there: pl.DataFrame, then: Floats
    ) -> tuple[ExpectedQuality, ...]:
        """What rows of a target population are likely to see, without their outcomes."""
        names = self._common(here, there)
        outcome, weight = self._target(here)

        def estimated(metric: Metric) -> tuple[ExpectedQuality, ...]:
            estimator = QualityEstimator(
                metric.name, said, outcome, here.select(names), seed=self.seed
            )
            return (estimator.estimate(then, there.select(names), weight, self.coverage),)

        found: tuple[ExpectedQuality, ...] = ()
        for metric in self.metrics:
            try:
                found += estimated(metric)
            except ProblemMistake:  # R2 and the like cannot be estimated without outcomes
                continue
            except DataMistake as mistake:
                self.note(mistake)
        return found

    def shifted(
        self, here: pl.DataFrame, said: Floats, there: pl.DataFrame, found: Population | None
    ) -> tuple[Shifted, ...]:
        """The judged rows, weighted until they resemble the target population."""
        names = self._common(here, there)
        outcome, weight = self._target(here)
        return self.tried(
            lambda budget: shifted(
                here.select(names),
                outcome,
                said,
                there.select(names),
                self.metrics,
                weight=weight,
                blocks=blocks_of(here, self.refit.problem),
                found=found,
                coverage=self.coverage,
                budget=budget,
                seed=self.seed,
            )
        )

    def external(self, there: pl.DataFrame, said: Floats) -> Transported | None:
        """The predictions of an external table, where its outcomes are known."""
        target = self.refit.problem.target
        if target not in there.columns:
            return None
        known = there[target].is_not_null().to_numpy()
        if not known.any():
            return None
        outcome, weight = self._target(there.filter(known))
        blocks = blocks_of(there.filter(known), self.refit.problem)
        judged = self.tried(
            lambda _: (
                transported(
                    outcome,
                    said[known],
                    self.metrics,
                    weight=weight,
                    blocks=blocks,
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
