"""`unseen`: how a model does in places that it has never seen, sites or segments."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import polars as pl

from relevo.compute.budget import Budget
from relevo.data.category_text import category_texts
from relevo.errors import DataMistake, nearest
from relevo.score.metrics import Metric
from relevo.score.rows import Codes
from relevo.train.target import target_of
from relevo.validate.elsewhere.gap import Divided, transfer_of
from relevo.validate.elsewhere.refit import Refits
from relevo.validate.elsewhere.transfer import Kind, Transfer
from relevo.validate.elsewhere.twice import folds_twice, predicted_twice, whole_folds
from relevo.words import say

LEAST_ROWS = 20  # of a place that is judged on its own
LEAST_OF_A_CLASS = 5
MOST_FITS = 10
_LEAST_PER_PLACE = 2.0
_LEAST_ALL = 40
_MOST_NAMED = 8


def unseen(
    refit: Refits,
    rows: pl.DataFrame,
    by: str,
    metrics: Sequence[Metric],
    kind: Kind = "site",
    coverage: float = 0.9,
    budget: Budget | None = None,
    seed: int = 0,
) -> tuple[Transfer, ...]:
    """Leave each place out in turn, beside a random split with folds of the same sizes.

    Internal-external validation: one fit for each place, or for each of ten groups of whole places
    when there are more. Every row is predicted by a model that has seen no row of its place, and by
    one that learnt from as many random rows.

    Rows of one place are predicted by different models of the random split, whose idea of the
    place's level differs: where that is a predictor, the random split's ROC AUC inside of places is
    a little too low, and the gap is rather understated.

    Parameters
    ----------
    refit
        The recipe.
    rows
        Their target is known.
    by
        The column of the places.
    metrics
        What is judged.
    kind
        What the places are called.
    coverage
        Of the intervals.
    budget
        Fewer, larger groups of places are left out when there is no time for ten.
    seed
        Of the random split.

    Returns
    -------
    tuple of Transfer
        One for each metric.

    Raises
    ------
    DataMistake
        When the column is no column of places.

    References
    ----------
    Steyerberg and Harrell (2016), Prediction models need appropriate internal, internal-external,
    and external validation, Journal of Clinical Epidemiology 69.

    """
    frame, unjudged = _with_place(refit, rows, by, kind)
    place, names = _places(frame, by)
    _can_tell(refit, frame, by, place, len(names))
    most = MOST_FITS if budget is None else _affordable(refit, frame, place, budget)
    fold = whole_folds(place, most)
    judged, kept = predicted_twice(refit, frame, folds_twice(fold, seed), budget)
    if len(kept) < frame.height:
        unjudged.append(say("elsewhere.out_of_time", rows=frame.height - len(kept)))
    place = place[kept]
    unit, why = _units(judged.target, place, names, bool(refit.classes))
    divided = Divided(
        kind, by, judged.in_blocks(place), unit, names, True, (*unjudged, *why), fold[kept]
    )
    return tuple(transfer_of(divided, metric, coverage) for metric in metrics)


def _with_place(
    refit: Refits, rows: pl.DataFrame, by: str, kind: Kind
) -> tuple[pl.DataFrame, list[str]]:
    if by not in rows.columns:
        raise DataMistake(
            "elsewhere.no_column",
            column=by,
            columns=", ".join(rows.columns[:12]),
            hint=nearest(by, rows.columns),
        )
    if by == refit.problem.target:
        raise DataMistake("elsewhere.place_is_target", column=by)
    frame = rows.filter(pl.col(by).is_not_null() & pl.col(refit.problem.target).is_not_null())
    if frame.height < _LEAST_ALL:
        raise DataMistake("elsewhere.too_few_rows", column=by, rows=frame.height, least=_LEAST_ALL)
    lost = rows.height - frame.height
    return frame, [say("elsewhere.without_place", rows=lost, by=by)] if lost else []


def _places(frame: pl.DataFrame, by: str) -> tuple[Codes, list[str]]:
    """The number of each row's place, the largest place first, and the places' names."""
    texts = category_texts(frame[by])
    counts = texts.value_counts().sort("count", texts.name, descending=[True, False])
    names = counts[texts.name].to_list()
    numbers = {name: number for number, name in enumerate(names)}
    codes = texts.replace_strict(numbers, return_dtype=pl.Int64)
    return codes.to_numpy().astype(np.intp), names


def _can_tell(refit: Refits, frame: pl.DataFrame, by: str, place: Codes, count: int) -> None:
    if count < 2:
        raise DataMistake("elsewhere.one_place", column=by, value=frame[by][0])
    if frame.height < _LEAST_PER_PLACE * count:
        raise DataMistake("elsewhere.place_per_row", column=by, places=count, rows=frame.height)
    values = target_of(frame, refit.problem, refit.classes).values
    sizes = np.bincount(place)
    mean = np.bincount(place, values) / sizes
    inside = np.sum((values - mean[place]) ** 2)
    if inside <= 1e-9 * np.sum((values - values.mean()) ** 2):
        raise DataMistake("elsewhere.place_tells_target", column=by, target=refit.problem.target)


def _units(
    target: np.ndarray, place: Codes, names: Sequence[str], classes: bool
) -> tuple[Codes, list[str]]:
    """The number of each row's place where that can be judged on its own, else -1; and why not."""
    sizes = np.bincount(place, minlength=len(names))
    small = sizes < LEAST_ROWS
    if classes:
        counts = np.zeros((len(names), int(target.max()) + 1))
        np.add.at(counts, (place, target.astype(np.intp)), 1)
        # The second largest class: a place may lack rare classes, but not all except one.
        poor = ~small & (np.sort(counts, axis=1)[:, -2:].min(axis=1) < LEAST_OF_A_CLASS)
    else:
        within = [np.ptp(target[place == n]) if sizes[n] else 0.0 for n in range(len(names))]
        poor = ~small & (np.array(within) == 0)
    left = small | poor
    why = []
    for mask, key in ((small, "few_rows"), (poor, "one_class" if classes else "one_value")):
        if mask.any():
            listed = [str(names[n]) for n in np.flatnonzero(mask)[:_MOST_NAMED]]
            more = "" if mask.sum() <= _MOST_NAMED else ", …"
            why.append(
                say(
                    f"elsewhere.{key}",
                    places=int(mask.sum()),
                    names=", ".join(listed) + more,
                    least=LEAST_OF_A_CLASS if key == "one_class" else LEAST_ROWS,
                )
            )
    return np.where(left[place], -1, place), why


def _affordable(refit: Refits, frame: pl.DataFrame, place: Codes, budget: Budget) -> int:
    """How many folds there is time for, by the time of one fit on nine rows in ten."""
    fold = whole_folds(place, MOST_FITS)
    started = time.perf_counter()
    refit(frame.filter(fold != 0), frame.filter(fold == 0))
    seconds = time.perf_counter() - started
    return max(2, min(MOST_FITS, int(budget.remaining / (2 * seconds))))
