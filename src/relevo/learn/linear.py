"""`Linear`: ridge and logistic regression with the strength of the penalty chosen on held rows."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from relevo.compute.budget import Budget
from relevo.errors import OptionMistake
from relevo.learn.attempt import Attempt
from relevo.learn.classes import with_known_classes
from relevo.learn.holdout import hold_out
from relevo.learn.layout import Layout
from relevo.learn.learner import Predictor, Target
from relevo.learn.linear_predictor import LinearPredictor
from relevo.learn.loss import mean_loss
from relevo.learn.minimise import Coefficients, minimise
from relevo.learn.rows import Rows
from relevo.learn.thinned import thinned
from relevo.prepare.matrix import Matrix

# On the mean loss, so C = 1 / (rows x strength) in scikit-learn. The safest stands first, for it is
# all that a very short budget tries; each fit starts from the one before.
_STRENGTHS = (0.01, 0.1, 1.0, 0.03, 3e-3, 1e-3, 1e-4, 1e-5)
_PULLS = (10.0, 1.0, 0.1, 0.01, 1e-3)
_MOST_PATH_ROWS = 50_000  # more of them hardly change which strength is best


@dataclass(frozen=True)
class Linear:
    """Learner of linear models: squared error for numbers, log loss for classes, L2 penalty.

    Parameters
    ----------
    strength
        Of the penalty; None chooses it on rows held back.
    ordered
        Whether the rows are in the order of time.
    seed, threads
        Of the random choice of held rows; `threads` is not used.

    """

    strength: float | None = None
    ordered: bool = False
    seed: int = 0
    threads: int = 1

    name = "linear"

    def fit(
        self, matrix: Matrix, target: Target, budget: Budget, warm: Predictor | None = None
    ) -> LinearPredictor:
        """Train from scratch, or, with `warm`, fine-tune that predictor on these rows.

        Fine-tuning pulls the coefficients towards the former ones, as strongly as rows held back
        say; "as it is" is one of the choices.

        Raises
        ------
        OptionMistake
            When `warm` is of another kind, or does not know a class of the target.

        """
        rows = Rows(matrix, target)
        if warm is None:
            attempt = self.attempt(*hold_out(rows, self.ordered, self.seed), budget.part(0.42))
            return self.complete(attempt, rows, budget)
        if not isinstance(warm, LinearPredictor):
            raise OptionMistake("learn.other_kind", kind=warm.kind, learner=self.name)
        return self._fine_tune(warm, rows, budget)

    def attempt(self, part: Rows, held: Rows, budget: Budget) -> Attempt:
        """Train on `part` with several strengths of the penalty; `held` chooses."""
        start = time.perf_counter()
        part = thinned(part, _MOST_PATH_ROWS, self.ordered, self.seed)
        problem = _Problem(part, Layout.learn(part.matrix, part.target.weight))
        strengths = _STRENGTHS if self.strength is None else (self.strength,)
        last = problem.constant
        best = (np.inf, last, strengths[0])
        for strength in strengths:
            last = problem.solved(last, problem.constant, strength, budget)
            loss = problem.loss(last, held)
            best = min(best, (loss, last, strength), key=lambda found: found[0])
            if budget.spent:
                break
        seconds = time.perf_counter() - start
        loss, coefficients, strength = best
        predictor = problem.predictor(coefficients, {"strength": strength})
        return Attempt(predictor, loss, self.name, predictor.settings, seconds, seconds / len(part))

    def complete(self, attempt: Attempt, rows: Rows, budget: Budget) -> LinearPredictor:
        """Train on all rows with the strength that the attempt found, when there is time."""
        found = attempt.predictor
        assert isinstance(found, LinearPredictor)
        if attempt.seconds_per_row * len(rows) > budget.remaining:
            return found
        problem = _Problem(rows, Layout.learn(rows.matrix, rows.target.weight))
        strength = attempt.settings["strength"]
        coefficients = problem.solved(problem.constant, problem.constant, strength, budget)
        return found if budget.spent else problem.predictor(coefficients, attempt.settings)

    def _fine_tune(self, warm: LinearPredictor, rows: Rows, budget: Budget) -> LinearPredictor:
        rows = Rows(rows.matrix, with_known_classes(rows.target, warm.classes))
        part, held = hold_out(rows, self.ordered, self.seed)
        problem = _Problem(part, warm.layout)
        best, best_pull = mean_loss(warm.predict(held.matrix), held.target), None
        tuned = warm.coefficients
        for pull in _PULLS:
            if budget.spent:
                break
            tuned = problem.solved(tuned, warm.coefficients, pull, budget, pull_intercept=True)
            loss = problem.loss(tuned, held)
            if loss < best:
                best, best_pull = loss, pull
        if best_pull is None:
            return warm
        whole = _Problem(rows, warm.layout)
        centre = warm.coefficients
        tuned = whole.solved(centre, centre, best_pull, budget, pull_intercept=True)
        return whole.predictor(tuned, {**warm.settings, "pull": best_pull})


class _Problem:
    """Rows in a layout, with a regression's target brought to mean 0 and spread 1."""

    def __init__(self, rows: Rows, layout: Layout) -> None:
        target = rows.target
        self.layout, self.rows, self.design = layout, rows, layout.design(rows.matrix)
        self.mean, self.spread = 0.0, 1.0
        self.target = target
        if not target.classes:
            self.mean = float(np.average(target.values, weights=target.weight))
            variance = np.average((target.values - self.mean) ** 2, weights=target.weight)
            self.spread = float(np.sqrt(variance)) or 1.0
            values = (target.values - self.mean) / self.spread
            self.target = Target(values, (), target.weight)

    @property
    def constant(self) -> Coefficients:
        n_outputs = len(self.target.classes) if len(self.target.classes) > 2 else 1
        nothing = Coefficients(np.zeros(n_outputs), np.zeros((self.layout.size, n_outputs)))
        return nothing.scaled(self.spread, self.mean)

    def solved(
        self,
        start: Coefficients,
        centre: Coefficients,
        strength: float,
        budget: Budget,
        pull_intercept: bool = False,
    ) -> Coefficients:
        """Coefficients in the units of the target as it came."""
        within = (1 / self.spread, -self.mean / self.spread)
        found = minimise(
            self.design,
            self.target,
            start.scaled(*within),
            centre.scaled(*within),
            strength,
            budget,
            pull_intercept,
        )
        return found.scaled(self.spread, self.mean)

    def loss(self, coefficients: Coefficients, held: Rows) -> float:
        return mean_loss(self.predictor(coefficients, {}).predict(held.matrix), held.target)

    def predictor(self, coefficients: Coefficients, settings: Mapping[str, Any]) -> LinearPredictor:
        features, classes = self.rows.matrix.features, self.rows.target.classes
        return LinearPredictor(coefficients, self.layout, features, classes, dict(settings))
