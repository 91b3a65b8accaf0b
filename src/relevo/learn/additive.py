"""`Additive`: a glass box, one shape for each feature, as rough as the rows speak for."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from relevo.compute.budget import Budget
from relevo.learn.abilities import ABILITIES
from relevo.learn.additive_bins import Bins
from relevo.learn.additive_fit import Steps, fit_steps
from relevo.learn.additive_order import Order
from relevo.learn.additive_predictor import AdditivePredictor
from relevo.learn.attempt import Attempt, Shared
from relevo.learn.cautious import HeldLosses, cautious, stretches
from relevo.learn.holdout import hold_out
from relevo.learn.learner import Predictor, Target
from relevo.learn.links import row_losses, score_loss
from relevo.learn.rows import Rows, spread_and_mean
from relevo.learn.searched import Searched
from relevo.prepare.matrix import Matrix

_STRIDES = (0.3, 1.0)  # of fine-tuning, the mildest change first


@dataclass(frozen=True)
class Additive(Searched[AdditivePredictor]):
    """Learner of additive models: each number a table of steps, each category a value per code.

    How rough each shape is, and whether it is there at all, the rows settle, see `fit_steps`: there
    is nothing to search for.

    Parameters
    ----------
    bins
        Steps of a number at most; of many numbers each has fewer.
    monotone
        Features' names, with 1 where the score may only rise with the feature, -1 where only fall.
    made
        The bins, when these are known already, see `made_for`.
    ordered
        Whether the rows are in the order of time.
    seed, threads
        Of the random choice of held rows; `threads` is not used.

    """

    bins: int = 128
    monotone: Mapping[str, int] | None = None
    made: Bins | None = None
    ordered: bool = False
    seed: int = 0
    threads: int = 1

    name = "additive"
    abilities = ABILITIES["additive"]

    def made_for(self, rows: Rows, shared: Shared | None = None) -> Additive:
        """The learner with the bins of all rows' features."""
        shared = {} if shared is None else shared
        key = ("bins", self.bins)
        if key not in shared:
            shared[key] = Bins.learn(rows.matrix, self.bins)
        return replace(self, made=shared[key])

    def fit(
        self, matrix: Matrix, target: Target, budget: Budget, warm: Predictor | None = None
    ) -> AdditivePredictor:
        """As in `Searched`; from scratch all rows are learnt from at once: nothing is chosen."""
        if warm is None:
            return self._fitted(Rows(matrix, target), budget)
        return super().fit(matrix, target, budget, warm)

    def attempt(self, part: Rows, held: Rows, budget: Budget) -> Attempt:
        """Train on `part`; `held` only judges."""
        start = time.perf_counter()
        predictor = self._fitted(part, budget)
        seconds = time.perf_counter() - start
        scores = predictor.scores(held.matrix)
        loss = score_loss(scores, held.target)
        per_row, settings = seconds / len(part), predictor.settings
        return Attempt(predictor, scores, loss, self.name, settings, seconds, per_row)

    def complete(self, attempt: Attempt, rows: Rows, budget: Budget) -> AdditivePredictor:
        """Train on all rows, when there is time."""
        found = attempt.predictor
        assert isinstance(found, AdditivePredictor)
        if attempt.seconds_per_row * len(rows) > budget.remaining:
            return found
        whole = replace(self, made=found.bins)._fitted(rows, budget)
        return found if budget.spent else whole

    def fine_tune(self, warm: AdditivePredictor, rows: Rows, budget: Budget) -> AdditivePredictor:
        """The model with its shapes moved as far as new rows speak for, in its own bins.

        The move is an additive model of its own, as rough as it must be; how far to go is chosen
        on rows held back (see `cautious`), "as it is" is one of the choices.
        """
        own = replace(self, made=warm.bins, monotone=warm.settings.get("monotone"))
        part, held = hold_out(rows, self.ordered, self.seed)
        tuned = own._fitted(part, budget, warm)
        scores = [warm.scores(held.matrix)]
        step = tuned.scores(held.matrix) - scores[0]
        scores += [scores[0] + stride * step for stride in _STRIDES]
        ways = np.stack([row_losses(one, held.target) for one in scores], axis=1)
        chosen = cautious(HeldLosses.of(ways, held.target.weight, stretches(len(held))))
        if chosen == 0 or budget.spent:
            return warm
        tuned, share = own._fitted(rows, budget, warm), _STRIDES[chosen - 1]
        return AdditivePredictor(
            warm.bins,
            warm.intercept + share * (tuned.intercept - warm.intercept),
            warm.table + share * (tuned.table - warm.table),
            tuned.error,
            warm.mass,
            warm.features,
            warm.classes,
            {**warm.settings, "stride": share},
            warm.edits,
        )

    def _fitted(
        self, rows: Rows, budget: Budget, warm: AdditivePredictor | None = None
    ) -> AdditivePredictor:
        bins = self.made or Bins.learn(rows.matrix, self.bins)
        places = bins.places(rows.matrix.values)
        factor, shift = spread_and_mean(rows.target)
        start = None
        if warm:
            start = Steps((warm.intercept - shift) / factor, warm.table / factor, 0.0 * warm.error)
        order = Order.of(bins, rows.matrix.features, self.monotone or {})
        target = rows.target.scaled(factor, shift)
        found = fit_steps(bins, places, target, budget, start, order)
        weight = np.ones(len(rows)) if rows.target.weight is None else rows.target.weight
        mass = np.bincount(places.ravel(), np.repeat(weight, places.shape[1]), bins.size)
        settings: dict[str, Any] = {"bins": self.bins}
        if order:
            settings["monotone"] = dict(self.monotone or {})
        return AdditivePredictor(
            bins,
            factor * found.intercept + shift,
            factor * found.table,
            factor * found.error,
            mass / weight.sum(),
            rows.matrix.features,
            rows.target.classes,
            settings,
        )
