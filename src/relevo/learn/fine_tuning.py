"""`fine_tune`: a copy of a boosted model, brought closer to new rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relevo.compute.budget import Budget
from relevo.errors import OptionMistake, nearest
from relevo.learn import booster_text
from relevo.learn.boosting_predictor import BoostingPredictor
from relevo.learn.cautious import HeldLosses, cautious
from relevo.learn.leaf_steps import LeafSteps
from relevo.learn.links import row_losses
from relevo.learn.rows import Rows
from relevo.learn.thinned import thinned

_STRIDES = (1.0, 3.0, 10.0)  # from mild to bold, see `LeafSteps.after`
WAYS = tuple(f"steps_{stride:g}" for stride in _STRIDES)
_PIECES, _FIRST_HELD = 5, 2  # of the new rows; the third to the fifth are held back in turn
_MOST_CELLS = 100_000_000  # rows x trees: 400 MB
# What earlier fine-tunings of a model have found out counts on: after 14 of them by half. New rows
# alone tell too little to choose by.
_MEMORY, _REMEMBERED = 0.95, 200
_MOST_TO_CHOOSE = 8_000  # of the new rows: on drifting flights more made no better choices


def fine_tune(
    warm: BoostingPredictor,
    rows: Rows,
    budget: Budget,
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
    way
        `steps_1`, `steps_3` and `steps_10` move the leaves towards the new rows, the last one
        boldly (see `LeafSteps`). `auto` chooses one of them, or "as it is", on rows held back,
        those of earlier fine-tunings remembered: the mildest that is not worse than the best by a
        standard error.
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
    if way != "auto":
        steps = _leaf_steps(warm, rows, ordered, seed)
        stride = _STRIDES[WAYS.index(way)]
        return _stepped(warm, steps.after([stride])[0], {"fine_tuning": way})
    some = thinned(rows, _MOST_TO_CHOOSE, ordered, seed)
    steps = _leaf_steps(warm, some, ordered, seed)
    held = _held_losses(steps, _orders(len(steps.target), ordered, seed), budget)
    if held is None:
        return warm
    remembered = _remembered(warm)
    if remembered is not None:
        held = held.joined(remembered, _MEMORY)
    chosen = cautious(held)
    if chosen == 0 or budget.spent:
        return warm
    if len(some) < len(rows):
        steps = _leaf_steps(warm, rows, ordered, seed)
    evidence = np.column_stack((held.totals, held.masses))[-_REMEMBERED:]
    settings = {"fine_tuning": WAYS[chosen - 1], "evidence": evidence.round(6).tolist()}
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
    text = booster_text.with_leaf_values(warm.text, values)
    settings = {**warm.settings, **settings}
    common = (warm.features, warm.classes, settings, warm.factor, warm.shift, warm.pairs)
    predictor = BoostingPredictor(text, *common)
    predictor.threads = warm.threads
    return predictor
