"""`Replayed`: boosted models of one recipe at many moments of the same rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import lightgbm
import numpy as np

from relevo.compute.budget import Budget
from relevo.learn.boosting import Boosting
from relevo.learn.holdout import hold_out
from relevo.learn.learner import Floats, Target
from relevo.learn.links import row_losses
from relevo.learn.rows import Rows, spread_and_mean

_QUICK = Boosting(learning_rate=0.1, most_trees=150, patience=20)
# A refit moves the sum of the trees by shrunken steps: with few it cannot reach the new rows.
_FEWEST_TREES, _MOST_TREES = 60, 150
_LARGEST_STEP = 0.3
_LEAVES = (31, 15, 7)
_TUNING_SECONDS, _TUNING_SHARE = 30.0, 0.05
_MOST_TUNING_ROWS = 50_000


@dataclass(frozen=True)
class Recipe:
    """How every model of a replay is made: settings that were found once, and never again.

    Attributes
    ----------
    boosting
        The settings.
    trees
        How many trees a model from scratch has.

    """

    boosting: Boosting
    trees: int

    @classmethod
    def found_on(cls, rows: Rows, seed: int = 0, budget: Budget | None = None) -> Recipe:
        """The size and number of trees that predict the newest of these rows, held back, best.

        Parameters
        ----------
        rows
            In the order of time; all older than any row that the replay judges.
        seed
            Of the random parts.
        budget
            A twentieth of it, or thirty seconds when there is none, goes to each size.

        """
        limit = budget or Budget(_TUNING_SECONDS / _TUNING_SHARE)
        newest = rows.take(slice(max(0, len(rows) - _MOST_TUNING_ROWS), len(rows)))
        part, held = hold_out(newest, ordered=True, seed=seed)
        tried = [
            (boosting, boosting.attempt(part, held, limit.part(_TUNING_SHARE)))
            for leaves in _LEAVES
            for boosting in [replace(_QUICK, leaves=leaves, ordered=True, seed=seed)]
        ]
        boosting, best = min(tried, key=lambda one: one[1].loss)
        rate = best.settings["learning_rate"]
        return cls.like(replace(boosting, learning_rate=rate), best.settings["trees"])

    @classmethod
    def like(cls, boosting: Boosting, trees: int) -> Recipe:
        """The recipe of a model that exists; of very many small steps come fewer, larger ones."""
        count = int(np.clip(trees, _FEWEST_TREES, _MOST_TREES))
        rate = min(boosting.learning_rate * max(1.0, trees / count), _LARGEST_STEP)
        return cls(replace(boosting, learning_rate=rate, pairs=False, threads=1), count)


@dataclass(frozen=True)
class Origin:
    """Where every model of a replay starts: what it says of a row before its first tree.

    It is learnt from the rows that warm up, and stays: a refit of leaves that held it would draw
    it towards zero.

    Attributes
    ----------
    factor, shift
        Bring a regression's target from mean 0 and spread 1 back.
    scores
        Log-odds of two classes, logarithms of more classes' shares, or zero, `(n_outputs,)`.

    """

    factor: float
    shift: float
    scores: tuple[float, ...]

    @classmethod
    def of(cls, target: Target) -> Origin:
        """The origin of rows with this target."""
        factor, shift = spread_and_mean(target)
        classes = len(target.classes)
        if not classes:
            return cls(factor, shift, (0.0,))
        counts = np.bincount(target.values.astype(np.intp), target.weight, classes) + 0.5
        shares = np.log(counts / counts.sum())
        scores = (shares[1] - shares[0],) if classes <= 2 else tuple(shares)
        return cls(factor, shift, tuple(map(float, scores)))


class Replayed:
    """Models from scratch and refitted ones at many moments, of rows that are binned once.

    Binning a column needs its values, not the target, so that one binning of all rows serves every
    moment: no model learns an outcome before its time.

    Parameters
    ----------
    rows
        In the order of time.
    recipe
        How models are made.
    origin
        Where they start.

    """

    def __init__(self, rows: Rows, recipe: Recipe, origin: Origin) -> None:
        self.rows, self.recipe, self.origin = rows, recipe, origin
        self._seen = rows.scaled(origin.factor, origin.shift)
        self._binned = lightgbm.Dataset(
            self._seen.matrix.values,
            self._seen.target.values,
            weight=self._seen.target.weight,
            init_score=self._start(len(rows)),
            categorical_feature=sorted(rows.matrix.categories),
            params=self._parameters(rows),
        ).construct()

    def scratch(self, first: int, stop: int) -> lightgbm.Booster:
        """The model of the rows from `first` up to `stop`, without it."""
        parameters = self._parameters(self._seen.take(slice(first, stop)))
        part = self._binned.subset(list(range(first, stop)), params=parameters)
        booster = lightgbm.Booster(parameters, part)
        for _ in range(self.recipe.trees):
            if booster.update():
                break
        # As text it has let go of the rows, and a refit of it starts from the same numbers.
        return lightgbm.Booster(model_str=booster.model_to_string())

    def refitted(
        self, booster: lightgbm.Booster, first: int, stop: int, keep: float
    ) -> lightgbm.Booster:
        """A copy whose leaves are moved towards rows, keeping that share of their old values."""
        rows = self._seen.take(slice(first, stop))
        threads = self.recipe.boosting.threads
        return booster.refit(
            rows.matrix.values,
            rows.target.values,
            decay_rate=keep,
            weight=rows.target.weight,
            init_score=self._start(len(rows)),
            dataset_params={"num_threads": threads, "verbosity": -1},
            num_threads=threads,
        )

    def losses(self, booster: lightgbm.Booster, rows: slice) -> Floats:
        """The log loss or squared error of rows, times their weight, shape `(n_rows,)`."""
        part, origin = self.rows.take(rows), self.origin
        raw = booster.predict(
            part.matrix.values, raw_score=True, num_threads=self.recipe.boosting.threads
        )
        trees = np.asarray(raw).reshape(len(part), -1)
        scores = origin.factor * (trees + np.array(origin.scores)) + origin.shift
        loss = row_losses(scores, part.target)
        return loss if part.target.weight is None else loss * part.target.weight

    def _start(self, rows: int) -> Floats:
        return np.tile(np.array(self.origin.scores), (rows, 1)).squeeze(axis=1 if self._one else ())

    @property
    def _one(self) -> bool:
        return len(self.origin.scores) == 1

    def _parameters(self, rows: Rows) -> dict[str, Any]:
        return {**self.recipe.boosting.parameters(rows), "boost_from_average": False}
