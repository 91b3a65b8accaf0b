"""`predicted_twice`: each row by a model that left its part out, and by one of a random split."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.compute.budget import Budget
from relevo.errors import OptionMistake
from relevo.score.rows import Codes, Floats
from relevo.train.target import target_of
from relevo.validate.elsewhere.judged_elsewhere import JudgedElsewhere
from relevo.validate.elsewhere.refit import Refits, numbers_of_prediction

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Split:
    """Rows to learn from and rows to predict, as positions.

    Attributes
    ----------
    train, judged
        Disjoint.
    elsewhere
        Whether the two differ in place or in time; else they are a random split.

    """

    train: Rows
    judged: Rows
    elsewhere: bool


def predicted_twice(
    refit: Refits, frame: pl.DataFrame, splits: Iterable[Split], budget: Budget | None = None
) -> tuple[JudgedElsewhere, Rows]:
    """Follow the recipe for every split, while there is time.

    Returns
    -------
    judged, rows
        The rows that have both predictions, and their positions in `frame`.

    Raises
    ------
    OptionMistake
        When the budget was too short for any row to be judged both ways.

    """
    said: dict[bool, Floats | None] = {True: None, False: None}
    for split in splits:
        if budget is not None and budget.spent:
            break
        found = numbers_of_prediction(refit(frame[split.train], frame[split.judged]))
        held = said[split.elsewhere]
        if held is None:
            held = np.full((frame.height, *found.shape[1:]), np.nan)
        held[split.judged] = found
        said[split.elsewhere] = held
    away, random = said[True], said[False]
    if away is None or random is None:
        raise OptionMistake("elsewhere.no_time")
    rows = np.flatnonzero(~np.isnan(away + random).reshape(frame.height, -1).any(axis=1))
    if not len(rows):
        raise OptionMistake("elsewhere.no_time")
    target = target_of(frame[rows], refit.problem, refit.classes)
    weight = np.ones(len(rows)) if target.weight is None else target.weight
    judged = JudgedElsewhere(
        target.values, away[rows], random[rows], weight, None, refit.problem.costs.threshold
    )
    return judged, rows


def folds_twice(fold_of_row: Codes, seed: int) -> Iterator[Split]:
    """Each fold left out; and, alternately, as many random rows: like is compared with like."""
    shuffled = np.random.default_rng(seed).permutation(fold_of_row)
    for fold in range(int(fold_of_row.max()) + 1):
        for codes, elsewhere in ((fold_of_row, True), (shuffled, False)):
            yield Split(np.flatnonzero(codes != fold), np.flatnonzero(codes == fold), elsewhere)


def whole_folds(unit: Codes, most: int) -> Codes:
    """The fold of each row: whole units, the largest first, each to the emptiest fold."""
    sizes = np.bincount(unit)
    filled = np.zeros(min(most, len(sizes)))
    fold = np.empty(len(sizes), dtype=np.intp)
    for number in np.argsort(-sizes, kind="stable"):
        emptiest = int(filled.argmin())
        fold[number] = emptiest
        filled[emptiest] += sizes[number]
    return fold[unit]
