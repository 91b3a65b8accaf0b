"""`Linear`: ridge and logistic regression with the strength of the penalty chosen on held rows."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from relevo.compute.budget import Budget
from relevo.learn.abilities import ABILITIES
from relevo.learn.attempt import Attempt, Shared
from relevo.learn.cautious import HeldLosses, cautious, stretches
from relevo.learn.holdout import hold_out
from relevo.learn.layout import Layout, shared_layout
from relevo.learn.linear_predictor import LinearPredictor
from relevo.learn.links import row_losses, score_loss
from relevo.learn.minimise import Coefficients, minimise
from relevo.learn.rows import Rows, spread_and_mean
from relevo.learn.searched import Searched
from relevo.learn.thinned import thinned

# On the mean loss, so C = 1 / (rows x strength) in scikit-learn. The safest stands first, for it is
# all that a very short budget tries; then stronger ones and weaker ones while they gain. Each fit
# starts from the one before.
_SAFEST = 0.01
_STRONGER, _WEAKER = (0.03, 0.1, 0.3, 1.0), (3e-3, 1e-3, 3e-4, 1e-4, 1e-5)
_PULLS = (10.0, 1.0, 0.1, 0.01, 1e-3)  # of fine-tuning, the mildest change first
_MOST_PATH_ROWS = 50_000  # more of them hardly change which strength is best


@dataclass(frozen=True)
class Linear(Searched[LinearPredictor]):
    """Learner of linear models: squared error for numbers, log loss for classes, L2 penalty.

    Parameters
    ----------
    strength
        Of the penalty; None chooses it on rows held back.
    bends
        How many straight pieces the curve of each number has; 0 for a straight line.
    layout
        The design columns, when these are known already, see `made_for`.
    ordered
        Whether the rows are in the order of time.
    seed, threads
        Of the random choice of held rows; `threads` is not used.

    """

    strength: float | None = None
    bends: int = 0
    layout: Layout | None = None
    ordered: bool = False
    seed: int = 0
    threads: int = 1

    name = "linear"
    abilities = ABILITIES["linear"]

    def made_for(self, rows: Rows, shared: Shared | None = None) -> Linear:
        """The learner with the layout of all rows' features."""
        return replace(self, layout=shared_layout(rows, self.bends, shared))

    def attempt(self, part: Rows, held: Rows, budget: Budget) -> Attempt:
        """Train on `part` with several strengths of the penalty; `held` chooses."""
        start = time.perf_counter()
        part = thinned(part, _MOST_PATH_ROWS, self.ordered, self.seed)
        problem = _Problem(part, self._layout_of(part))
        path = _Path(problem, held, budget)
        if self.strength is None:
            path.walk((_SAFEST, *_STRONGER))
            path.walk(_WEAKER)
        else:
            path.walk((self.strength,))
        seconds = time.perf_counter() - start
        settings = {"strength": path.strength, "bends": self.bends}
        predictor = problem.predictor(path.best, settings)
        scores = predictor.scores(held.matrix)
        per_row = seconds / len(part)
        return Attempt(predictor, scores, path.loss, self.name, settings, seconds, per_row)

    def complete(self, attempt: Attempt, rows: Rows, budget: Budget) -> LinearPredictor:
        """Train on all rows with the strength that the attempt found, when there is time."""
        found = attempt.predictor
        assert isinstance(found, LinearPredictor)
        if attempt.seconds_per_row * len(rows) > budget.remaining:
            return found
        problem = _Problem(rows, found.layout)
        strength = attempt.settings["strength"]
        coefficients = problem.solved(problem.constant, problem.constant, strength, budget)
        return found if budget.spent else problem.predictor(coefficients, attempt.settings)

    def _layout_of(self, rows: Rows) -> Layout:
        return self.layout or shared_layout(rows, self.bends)

    def fine_tune(self, warm: LinearPredictor, rows: Rows, budget: Budget) -> LinearPredictor:
        """The model with its coefficients pulled towards the former ones, intercept included.

        As strongly as rows held back say, when they say it beyond noise (see `cautious`); "as it
        is" is one of the choices. Steps of plain stochastic gradients on new rows alone, without
        that pull, forget the old ones.
        """
        part, held = hold_out(rows, self.ordered, self.seed)
        problem, centre = _Problem(part, warm.layout), warm.coefficients
        losses, tuned = [row_losses(warm.scores(held.matrix), held.target)], centre
        for pull in _PULLS:
            if budget.spent:
                break
            tuned = problem.solved(tuned, centre, pull, budget, pull_intercept=True)
            scores = problem.predictor(tuned, {}).scores(held.matrix)
            losses.append(row_losses(scores, held.target))
        ways = np.stack(losses, axis=1)
        chosen = cautious(HeldLosses.of(ways, held.target.weight, stretches(len(held))))
        if chosen == 0:
            return warm
        pull, whole = _PULLS[chosen - 1], _Problem(rows, warm.layout)
        tuned = whole.solved(centre, centre, pull, budget, pull_intercept=True)
        return whole.predictor(tuned, {**warm.settings, "pull": pull})


class _Path:
    """Ever stronger or ever weaker penalties, as long as the held rows gain."""

    def __init__(self, problem: _Problem, held: Rows, budget: Budget) -> None:
        self.problem, self.held, self.budget = problem, held, budget
        self.loss, self.strength, self.best = np.inf, _SAFEST, problem.constant

    def walk(self, strengths: tuple[float, ...]) -> None:
        last = self.best
        for strength in strengths:
            if self.budget.spent and np.isfinite(self.loss):
                return
            last = self.problem.solved(last, self.problem.constant, strength, self.budget)
            loss = self.problem.loss(last, self.held)
            if not loss < self.loss:
                return
            self.loss, self.strength, self.best = loss, strength, last


class _Problem:
    """Rows in a layout, with a regression's target brought to mean 0 and spread 1."""

    def __init__(self, rows: Rows, layout: Layout) -> None:
        target = rows.target
        self.layout, self.rows, self.design = layout, rows, layout.design(rows.matrix)
        self.spread, self.mean = spread_and_mean(target)
        self.target = target.scaled(self.spread, self.mean)

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
        return score_loss(self.predictor(coefficients, {}).scores(held.matrix), held.target)

    def predictor(self, coefficients: Coefficients, settings: Mapping[str, Any]) -> LinearPredictor:
        features, classes = self.rows.matrix.features, self.rows.target.classes
        return LinearPredictor(coefficients, self.layout, features, classes, dict(settings))
