"""`Boosting`: gradient boosted trees (LightGBM) with tuned defaults and exact deadlines."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import lightgbm
import numpy as np

from relevo.compute.budget import Budget
from relevo.learn.abilities import ABILITIES
from relevo.learn.attempt import Attempt, Shared
from relevo.learn.binned import binned
from relevo.learn.boosting_predictor import BoostingPredictor
from relevo.learn.fine_tuning import fine_tune
from relevo.learn.learner import Target
from relevo.learn.links import score_loss
from relevo.learn.pairs import Pairs
from relevo.learn.rows import Rows, spread_and_mean
from relevo.learn.searched import Searched

_NOT_SETTINGS = frozenset(
    ("ordered", "threads", "fine_tuning", "most_trees", "patience", "monotone", "made")
)
_FIRST_TREES = 5  # enough to tell the time of a tree
_SECONDS_AFTER_A_TREE = 1e-4  # to write it, read it again and try it on rows
_ENOUGH_LEARNING = 8.0  # trees x learning rate: below, boosting ends far from its best
_FEWEST_TO_SHARE = 20  # a share of fewer rows may be none
_FASTER_RATES = (0.1, 0.2, 0.3)


@dataclass(frozen=True)
class Boosting(Searched[BoostingPredictor]):
    """Learner of boosted trees.

    Parameters
    ----------
    learning_rate
        Weight of each tree; raised when the budget is too short for so slow a rate.
    leaves, rows_in_leaf
        Size of a tree; without `rows_in_leaf` it grows with the number of rows.
    feature_share, row_share
        Share of the features and of the rows that each tree sees.
    l2
        Penalty of large leaf values.
    extra_random
        Whether splits are drawn at random (Geurts et al., 2006).
    ordinal
        Whether categories are split by the order of their codes (the frequent ones first) instead
        of into two sets: quicker, and does not overfit columns of very many categories.
    pairs
        Whether trees see pairs of features beside the features, see `Pairs`; of features that
        `monotone` names there are none.
    monotone
        Features' names, with 1 where the score may only rise with the feature, -1 where only fall.
    most_trees, patience
        Trees at most, and how many may follow without a gain on the rows held back.
    fine_tuning
        What `warm=` does: `auto` chooses on rows held back; or one of `fine_tuning.WAYS`.
    ordered
        Whether the rows are in the order of time.
    seed, threads
        Of the random parts; how many threads may be used.
    made
        The pairs, when these are known already, see `made_for`.

    """

    learning_rate: float = 0.05
    leaves: int = 31
    rows_in_leaf: int | None = None
    feature_share: float = 0.8
    row_share: float = 0.8
    l2: float = 1.0
    extra_random: bool = False
    ordinal: bool = False
    pairs: bool = False
    monotone: Mapping[str, int] | None = None
    most_trees: int = 3000
    patience: int = 60
    fine_tuning: str = "auto"
    ordered: bool = False
    seed: int = 0
    threads: int = 1
    made: Pairs | None = None

    name = "boosting"
    abilities = ABILITIES["boosting"]

    def made_for(self, rows: Rows, shared: Shared | None = None) -> Boosting:
        """The learner with the pairs of all rows' features, if it is to see any."""
        if not self.pairs:
            return self
        shared = {} if shared is None else shared
        key = ("pairs", *sorted(self.monotone or ()))
        if key not in shared:
            shared[key] = Pairs.learn(rows, without=frozenset(self.monotone or ()))
        return replace(self, made=shared[key])

    def fine_tune(self, warm: BoostingPredictor, rows: Rows, budget: Budget) -> BoostingPredictor:
        """The model after the way that `fine_tuning` names, see `relevo.learn.fine_tuning`.

        One that promises to rise or fall with a feature stays as it is: moved leaves would not keep
        the promise.
        """
        if warm.settings.get("monotone"):
            return warm
        return fine_tune(warm, rows, budget, self.fine_tuning, self.ordered, self.seed)

    def seen(self, rows: Rows, factor: float, shift: float) -> Rows:
        """What the trees learn from, a regression's target brought to mean 0 and spread 1."""
        rows = self.made.rows(rows) if self.made else rows
        return rows.scaled(factor, shift)

    def attempt(self, part: Rows, held: Rows, budget: Budget) -> Attempt:
        """Train on `part` until `held` shows no gain or the budget is spent."""
        start = time.perf_counter()
        factor, shift = spread_and_mean(part.target)
        seen = self.seen(part, factor, shift)
        parameters = self.parameters(seen)
        train_set = binned(seen, parameters, ordinal=self.ordinal)
        booster = lightgbm.Booster(parameters, train_set)
        seen = self.seen(held, factor, shift)
        booster.add_valid(binned(seen, parameters, train_set, self.ordinal), "held")
        made = time.perf_counter() - start
        growth = _grow(booster, self, budget, _least_gain(held))
        grown = time.perf_counter() - start - made
        chosen = replace(self, learning_rate=growth.rate)
        predictor = chosen.predictor(booster, part, growth.trees, factor, shift)
        predictor.threads = self.threads
        del booster, train_set, seen  # what training took is free before the trees are read again
        scores = predictor.scores(held.matrix)
        return Attempt(
            predictor,
            scores,
            score_loss(scores, held.target),
            self.name,
            predictor.settings,
            time.perf_counter() - start,
            (made + growth.trees * grown / growth.grown) / len(part),
        )

    def complete(self, attempt: Attempt, rows: Rows, budget: Budget) -> BoostingPredictor:
        """Train on all rows with the trees that the attempt found, when there is time."""
        found = attempt.predictor
        assert isinstance(found, BoostingPredictor)
        if attempt.seconds_per_row * len(rows) > budget.remaining:
            return found
        chosen = replace(self, learning_rate=attempt.settings["learning_rate"])
        factor, shift = spread_and_mean(rows.target)
        seen = chosen.seen(rows, factor, shift)
        parameters = chosen.parameters(seen)
        booster = lightgbm.Booster(parameters, binned(seen, parameters, ordinal=self.ordinal))
        trees: int = attempt.settings["trees"]
        for _ in range(trees):
            if budget.spent:
                return found
            if booster.update():
                break
        return chosen.predictor(booster, rows, trees, factor, shift)

    def parameters(self, rows: Rows) -> dict[str, Any]:
        """The settings under LightGBM's names."""
        # Leaves of 5 rows serve 400 rows, leaves of 100 rows serve 160,000.
        rows_in_leaf = self.rows_in_leaf or int(np.clip(np.sqrt(len(rows)) / 4, 5, 100))
        return {
            **_objective(rows.target),
            "learning_rate": self.learning_rate,
            "num_leaves": self.leaves,
            "min_data_in_leaf": rows_in_leaf,
            "min_data_per_group": int(np.clip(len(rows) / 50, 10, 100)),
            "feature_fraction": self.feature_share,
            "bagging_fraction": self.row_share,
            "bagging_freq": int(self.row_share < 1 and len(rows) >= _FEWEST_TO_SHARE),
            "lambda_l2": self.l2,
            "extra_trees": self.extra_random,
            "max_bin": 255,
            "cat_smooth": 20.0,
            "boost_from_average": True,
            "deterministic": True,
            "force_row_wise": True,
            "feature_pre_filter": False,
            "seed": self.seed,
            "num_threads": self.threads,
            "verbosity": -1,
            **self._monotone(rows),
        }

    def _monotone(self, rows: Rows) -> dict[str, Any]:
        if not self.monotone:
            return {}
        ways = [self.monotone.get(name, 0) for name in rows.matrix.features]
        return {"monotone_constraints": ways, "monotone_constraints_method": "intermediate"}

    def predictor(
        self, booster: lightgbm.Booster, rows: Rows, trees: int, factor: float, shift: float
    ) -> BoostingPredictor:
        """The first trees of a booster as a predictor."""
        names = {field.name for field in fields(self)} - _NOT_SETTINGS
        settings = {name: getattr(self, name) for name in sorted(names)}
        if self.monotone:
            settings["monotone"] = dict(self.monotone)
        return BoostingPredictor(
            booster.model_to_string(num_iteration=trees),
            rows.matrix.features,
            rows.target.classes,
            settings | {"trees": trees},
            factor,
            shift,
            self.made,
        )


@dataclass(frozen=True)
class _Growth:
    trees: int
    grown: int
    rate: float


def _grow(
    booster: lightgbm.Booster,
    settings: Boosting,
    budget: Budget,
    least_gain: Callable[[float], float],
) -> _Growth:
    start, best, trees, rate = time.perf_counter(), np.inf, 1, settings.learning_rate
    grown, after_a_tree = 0, _SECONDS_AFTER_A_TREE * booster.num_model_per_iteration()
    while grown < settings.most_trees and grown - trees < settings.patience:
        finished = booster.update()
        grown += 1
        loss = booster.eval_valid()[0][2]
        if loss < best - least_gain(best):
            best, trees = loss, grown
        per_tree = (time.perf_counter() - start) / grown
        if finished or budget.remaining < per_tree + grown * after_a_tree:
            break
        if grown == _FIRST_TREES:
            rate = _rate_in_time(rate, budget.remaining / per_tree)
            booster.reset_parameter({"learning_rate": rate})
    return _Growth(trees, grown, rate)


def _least_gain(held: Rows) -> Callable[[float], float]:
    """The gain in mean loss that is worth further trees: 0.2 nats of likelihood of all held rows.

    Few rows that are told apart without error would otherwise ask for trees without end.
    """
    nats = 0.2 / len(held)
    if held.target.classes:
        return lambda loss: nats
    return lambda loss: 2 * nats * loss if np.isfinite(loss) else 0.0


def _rate_in_time(rate: float, affordable_trees: float) -> float:
    """The slowest rate with which so many trees learn enough."""
    rates = (rate, *(faster for faster in _FASTER_RATES if faster > rate))
    enough = (r for r in rates if r * affordable_trees >= _ENOUGH_LEARNING)
    return next(enough, rates[-1])


def _objective(target: Target) -> dict[str, Any]:
    if not target.classes:
        return {"objective": "regression", "metric": "l2"}
    if len(target.classes) <= 2:
        return {"objective": "binary", "metric": "binary_logloss"}
    return {
        "objective": "multiclass",
        "metric": "multi_logloss",
        "num_class": len(target.classes),
    }
