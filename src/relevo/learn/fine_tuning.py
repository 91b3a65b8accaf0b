"""`fine_tune`: a copy of a boosted model, brought closer to new rows."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import lightgbm
from lightgbm.callback import CallbackEnv, EarlyStopException

from relevo.compute.budget import Budget
from relevo.errors import OptionMistake, nearest
from relevo.learn.binned import binned
from relevo.learn.boosting_predictor import BoostingPredictor
from relevo.learn.holdout import hold_out
from relevo.learn.links import score_loss
from relevo.learn.rows import Rows

# Leaf refit first: on drifting flights it keeps most of the gain of retraining for a small part of
# its time, while further trees on new rows alone often do harm; rows held back tell which.
WAYS = ("refit_0.9", "refit_0.5", "trees")
_MOST_FURTHER_TREES = 40
_PATIENCE = 10


@dataclass(frozen=True)
class _Tuned:
    predictor: BoostingPredictor
    way: str
    loss: float
    seconds: float


def fine_tune(
    warm: BoostingPredictor,
    rows: Rows,
    budget: Budget,
    parameters: Mapping[str, Any],
    way: str = "auto",
    ordered: bool = False,
    seed: int = 0,
) -> BoostingPredictor:
    """The model fine-tuned on the rows, or itself when nothing is better on rows held back.

    Parameters
    ----------
    warm
        The model to start from; never changed.
    rows
        The new rows; their classes are counted as the model counts them.
    budget
        Ways for which there is no time are left out.
    parameters
        LightGBM's, for further trees.
    way
        `refit_0.9` and `refit_0.5` move each leaf towards the new rows, keeping that share of the
        old value; `trees` adds some; `auto` takes the best, "as it is" included.
    ordered, seed
        How rows are held back, see `hold_out`.

    Raises
    ------
    OptionMistake
        When the way is unknown.

    """
    if way not in ("auto", *WAYS):
        known = ", ".join(("auto", *WAYS))
        raise OptionMistake("learn.unknown_way", way=way, known=known, hint=nearest(way, WAYS))
    part, held = hold_out(rows, ordered, seed)
    best = _best(warm, part, held, budget, parameters, WAYS if way == "auto" else (way,))
    if way == "auto" and best.loss >= score_loss(warm.scores(held.matrix), held.target):
        return warm
    if best.seconds * len(rows) / len(part) > budget.remaining:
        return best.predictor
    return _tuned(best.way, best.predictor, warm, rows, None, budget, parameters)


def _best(
    warm: BoostingPredictor,
    part: Rows,
    held: Rows,
    budget: Budget,
    parameters: Mapping[str, Any],
    ways: tuple[str, ...],
) -> _Tuned:
    tried: list[_Tuned] = []
    for way in ways:
        if tried and budget.remaining < 2.5 * tried[0].seconds:  # one more, and one on all rows
            break
        start = time.perf_counter()
        predictor = _tuned(way, warm, warm, part, held, budget, parameters)
        loss = score_loss(predictor.scores(held.matrix), held.target)
        tried.append(_Tuned(predictor, way, loss, time.perf_counter() - start))
    return min(tried, key=lambda tuned: tuned.loss)


def _tuned(
    way: str,
    found: BoostingPredictor,
    warm: BoostingPredictor,
    rows: Rows,
    held: Rows | None,
    budget: Budget,
    parameters: Mapping[str, Any],
) -> BoostingPredictor:
    """The warm model after one way; `found` says how many trees, when no rows are held back."""
    booster = lightgbm.Booster(model_str=warm.text)
    rows = warm.seen(rows)
    held = held and warm.seen(held)
    if way == "trees":
        before = booster.current_iteration()
        most = _MOST_FURTHER_TREES if held else found.settings["trees"] - before
        text, trees = _with_further_trees(booster, rows, held, most, budget, parameters)
    else:
        text, trees = _refitted(booster, rows, float(way.split("_")[1]), parameters)
    settings = {**warm.settings, "trees": trees, "fine_tuning": way}
    common = (warm.features, warm.classes, settings, warm.factor, warm.shift, warm.pairs)
    predictor = BoostingPredictor(text, *common)
    predictor.threads = warm.threads
    return predictor


def _refitted(
    booster: lightgbm.Booster, rows: Rows, keep: float, parameters: Mapping[str, Any]
) -> tuple[str, int]:
    threads = parameters["num_threads"]
    new = booster.refit(
        rows.matrix.values,
        rows.target.values,
        decay_rate=keep,
        weight=rows.target.weight,
        dataset_params={"num_threads": threads, "verbosity": -1},
        num_threads=threads,
    )
    return new.model_to_string(), new.current_iteration()


def _with_further_trees(
    booster: lightgbm.Booster,
    rows: Rows,
    held: Rows | None,
    most: int,
    budget: Budget,
    parameters: Mapping[str, Any],
) -> tuple[str, int]:
    train_set = binned(rows, parameters)
    callbacks: list[Any] = [_until_spent(budget)]
    if held:
        callbacks.append(lightgbm.early_stopping(_PATIENCE, verbose=False))
    new = lightgbm.train(
        dict(parameters),
        train_set,
        num_boost_round=most,
        valid_sets=[binned(held, parameters, train_set)] if held else None,
        init_model=booster,
        callbacks=callbacks,
    )
    trees = new.best_iteration if new.best_iteration > 0 else new.current_iteration()
    return new.model_to_string(num_iteration=trees), trees


def _until_spent(budget: Budget) -> Any:
    def stop(env: CallbackEnv) -> None:
        if budget.spent:
            raise EarlyStopException(env.iteration, env.evaluation_result_list or [])

    return stop
