"""`fine_tune`: a copy of a boosted model, brought closer to new rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import lightgbm
import numpy as np
from lightgbm.callback import CallbackEnv, EarlyStopException
from numpy.typing import NDArray

from relevo.compute.budget import Budget
from relevo.errors import OptionMistake, nearest
from relevo.learn import booster_text
from relevo.learn.binned import binned
from relevo.learn.boosting_predictor import BoostingPredictor
from relevo.learn.cautious import HeldLosses, cautious
from relevo.learn.holdout import hold_out
from relevo.learn.leaf_steps import LeafSteps
from relevo.learn.links import row_losses
from relevo.learn.rows import Rows
from relevo.learn.thinned import thinned

_STRIDES = (1.0, 3.0, 10.0)  # from mild to bold, see `LeafSteps.after`
_STEPS = tuple(f"steps_{stride:g}" for stride in _STRIDES)
WAYS = (*_STEPS, "trees")
_PIECES, _FIRST_HELD = 5, 2  # of the new rows; the third to the fifth are held back in turn
_MOST_CELLS = 100_000_000  # rows x trees: 400 MB
# What earlier fine-tunings of a model have found out counts on: after 14 of them by half. New rows
# alone tell too little to choose by.
_MEMORY, _REMEMBERED = 0.95, 200
_MOST_FURTHER_TREES = 40
_PATIENCE = 10


def fine_tune(
    warm: BoostingPredictor,
    rows: Rows,
    budget: Budget,
    parameters: Mapping[str, Any],
    way: str = "auto",
    ordered: bool = False,
    seed: int = 0,
) -> BoostingPredictor:
    """The model fine-tuned on the rows, or itself when nothing is better beyond noise.

    Parameters
    ----------
    warm
        The model to start from; never changed.
    rows
        The new rows; their classes are counted as the model counts them.
    budget
        When it is spent before a choice could be made, the model stays as it is.
    parameters
        LightGBM's, for further trees.
    way
        `steps_1`, `steps_3` and `steps_10` move the leaves towards the new rows, the last one
        boldly (see `LeafSteps`); `trees` adds some trees that know the new rows only. `auto`
        chooses one of the steps, or "as it is", on rows held back, those of earlier
        fine-tunings remembered: the mildest that is not worse than the best by a standard error.
    ordered, seed
        Whether the newest rows are held back, or any.

    Raises
    ------
    OptionMistake
        When the way is unknown.

    """
    if way not in ("auto", *WAYS):
        known = ", ".join(("auto", *WAYS))
        raise OptionMistake("learn.unknown_way", way=way, known=known, hint=nearest(way, WAYS))
    if way == "trees":
        return _with_further_trees(warm, rows, budget, parameters, ordered, seed)
    steps = _leaf_steps(warm, rows, ordered, seed)
    if way != "auto":
        stride = _STRIDES[_STEPS.index(way)]
        return _stepped(warm, steps.after([stride])[0], {"fine_tuning": way})
    held = _held_losses(steps, _orders(len(steps.target), ordered, seed), budget)
    if held is None:
        return warm
    remembered = _remembered(warm)
    if remembered is not None:
        held = held.joined(remembered, _MEMORY)
    chosen = cautious(held)
    if chosen == 0 or budget.spent:
        return warm
    evidence = np.column_stack((held.totals, held.masses))[-_REMEMBERED:]
    settings = {"fine_tuning": _STEPS[chosen - 1], "evidence": evidence.round(6).tolist()}
    return _stepped(warm, steps.after([_STRIDES[chosen - 1]])[0], settings)


def _leaf_steps(warm: BoostingPredictor, rows: Rows, ordered: bool, seed: int) -> LeafSteps:
    values = booster_text.leaf_values(warm.text)
    seen = warm.seen(thinned(rows, max(2, _MOST_CELLS // len(values)), ordered, seed))
    return LeafSteps(warm.leaves(seen.matrix), values, seen.target, warm.n_outputs)


def _orders(n: int, ordered: bool, seed: int) -> Iterator[tuple[NDArray[np.intp], ...]]:
    """Rows to learn from, and rows to hold back: the next ones in time, or any others."""
    order = np.arange(n) if ordered else np.random.default_rng(seed).permutation(n)
    pieces = np.array_split(order, _PIECES)
    for held in range(_FIRST_HELD, _PIECES):
        rest = pieces[:held] if ordered else pieces[:held] + pieces[held + 1 :]
        yield np.concatenate(rest), pieces[held]


def _held_losses(
    steps: LeafSteps, orders: Iterator[tuple[NDArray[np.intp], ...]], budget: Budget
) -> HeldLosses | None:
    """What "as it is" and each stride lose on each half of the pieces held back."""
    losses, weights, blocks = [], [], []
    for turn, (learnt, held) in enumerate(orders):
        if budget.spent:
            return None
        if len(learnt) == 0 or len(held) == 0:
            continue
        part, judged = steps.take(learnt), steps.take(held)
        ways = [steps.values, *part.after(_STRIDES)]
        scores = np.moveaxis(judged.scores(ways), 2, 0)
        losses.append([row_losses(one, judged.target) for one in scores])
        weight = judged.target.weight
        weights.append(np.ones(len(held)) if weight is None else weight)
        blocks.append(2 * turn + 2 * np.arange(len(held)) // len(held))
    if not losses or not np.concatenate(weights).any():
        return None
    rows = np.concatenate([np.array(piece) for piece in losses], axis=1).T
    return HeldLosses.of(rows, np.concatenate(weights), np.concatenate(blocks))


def _remembered(warm: BoostingPredictor) -> HeldLosses | None:
    evidence = np.array(warm.settings.get("evidence", []), dtype=np.float64)
    if evidence.ndim != 2 or evidence.shape[1] != len(_STRIDES) + 2:
        return None
    return HeldLosses(evidence[:, :-1], evidence[:, -1])


def _stepped(
    warm: BoostingPredictor, values: NDArray[np.float64], settings: Mapping[str, Any]
) -> BoostingPredictor:
    return _made(warm, booster_text.with_leaf_values(warm.text, values), settings)


def _made(warm: BoostingPredictor, text: str, settings: Mapping[str, Any]) -> BoostingPredictor:
    settings = {**warm.settings, **settings}
    common = (warm.features, warm.classes, settings, warm.factor, warm.shift, warm.pairs)
    predictor = BoostingPredictor(text, *common)
    predictor.threads = warm.threads
    return predictor


def _with_further_trees(
    warm: BoostingPredictor,
    rows: Rows,
    budget: Budget,
    parameters: Mapping[str, Any],
    ordered: bool,
    seed: int,
) -> BoostingPredictor:
    """As many trees as rows held back ask for, then so many on all rows."""
    part, held = hold_out(rows, ordered, seed)
    found = _grown(warm, part, held, _MOST_FURTHER_TREES, budget.part(0.5), parameters)
    further = found.settings["trees"] - lightgbm.Booster(model_str=warm.text).current_iteration()
    return found if budget.spent else _grown(warm, rows, None, further, budget, parameters)


def _grown(
    warm: BoostingPredictor,
    rows: Rows,
    held: Rows | None,
    most: int,
    budget: Budget,
    parameters: Mapping[str, Any],
) -> BoostingPredictor:
    train_set = binned(warm.seen(rows), parameters)
    callbacks: list[Any] = [_until_spent(budget)]
    if held:
        callbacks.append(lightgbm.early_stopping(_PATIENCE, verbose=False))
    new = lightgbm.train(
        dict(parameters),
        train_set,
        num_boost_round=most,
        valid_sets=[binned(warm.seen(held), parameters, train_set)] if held else None,
        init_model=lightgbm.Booster(model_str=warm.text),
        callbacks=callbacks,
    )
    trees = new.best_iteration if new.best_iteration > 0 else new.current_iteration()
    text = new.model_to_string(num_iteration=trees)
    return _made(warm, text, {"trees": trees, "fine_tuning": "trees"})


def _until_spent(budget: Budget) -> Any:
    def stop(env: CallbackEnv) -> None:
        if budget.spent:
            raise EarlyStopException(env.iteration, env.evaluation_result_list or [])

    return stop
