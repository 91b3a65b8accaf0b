"""A classifier that tells training rows from target rows, judged on rows that it has not seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import ndtr

from relevo.score.ranking import roc_auc
from relevo.validate.target.combine import combine
from relevo.validate.target.encode import Encoding

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FOLDS = 5
LARGEST_WEIGHT = 20.0
FITTED_ROWS = 50_000  # of each population, in each fold
ROUNDS = 300
FEW_ROUNDS, FEW_LEAVES = 100, 7
THREADED_CELLS = 500_000  # below, threads wait for each other longer than they work
# Small trees and early stopping: where nothing differs, no tree helps and all weights stay at 1.
SETTINGS: dict[str, Any] = {
    "objective": "binary",
    "learning_rate": 0.1,
    "num_leaves": 15,
    "verbosity": -1,
    "deterministic": True,
    "force_row_wise": True,
}


@dataclass(frozen=True)
class Domain:
    """What the classifier found; `weights` has shape `(n_training_rows,)` and mean 1.

    `trimmed` is the share of the training rows whose weight was cut.
    """

    auc: float | None
    p_value: float | None
    weights: Floats
    trimmed: float = 0.0


def tell_apart(training: pl.DataFrame, target: pl.DataFrame, seed: int) -> Domain:
    """Cross-fit the classifier; both frames have the same columns."""
    encoding = Encoding.of(training, target)
    matrix = np.concatenate([encoding(training), encoding(target)])
    is_target = np.arange(len(matrix)) >= training.height
    found = _cross_fitted(matrix, encoding.categorical, is_target, seed)
    odds = found.chance[~is_target] / (1 - found.chance[~is_target])
    # The folds' tests depend on each other, so that their mean has no known spread: they are
    # combined by a rule that needs none.
    weights = np.clip(odds, 1 / LARGEST_WEIGHT, LARGEST_WEIGHT)
    trimmed = float((odds > LARGEST_WEIGHT).mean())
    return Domain(found.auc, combine(found.p_values), weights / weights.mean(), trimmed)


def chances(
    matrix: Floats, categorical: list[int], is_target: Bools, seed: int
) -> tuple[Floats, float]:
    """The chance that each row is a target row, by trees that have not seen it; and their AUC.

    As if both populations had the same number of rows; not calibrated.
    """
    found = _cross_fitted(matrix, categorical, is_target, seed)
    return found.chance, found.auc


@dataclass(frozen=True, eq=False)
class _CrossFitted:
    chance: Floats
    auc: float
    p_values: list[float]


def _cross_fitted(
    matrix: Floats, categorical: list[int], is_target: Bools, seed: int
) -> _CrossFitted:
    rng = np.random.default_rng(seed)
    folds = np.empty(len(matrix), dtype=np.intp)
    for side in (~is_target, is_target):
        folds[side] = rng.permutation(int(side.sum())) % FOLDS
    chance, areas, p_values = np.full(len(matrix), 0.5), [], []
    for fold in range(FOLDS):
        judged = folds == fold
        chance[judged] = _fit(matrix, categorical, is_target, ~judged, rng, seed)(matrix[judged])
        area, p_value = mann_whitney(is_target[judged], chance[judged])
        areas.append(area)
        p_values.append(p_value)
    return _CrossFitted(chance, float(np.mean(areas)), p_values)


def _fit(
    matrix: Floats,
    categorical: list[int],
    is_target: Bools,
    usable: Bools,
    rng: np.random.Generator,
    seed: int,
) -> Any:
    """The chance of being a target row, if both populations had the same number of rows."""
    import lightgbm

    rows = np.concatenate(list(_drawn(is_target, usable, rng)))
    held = rng.random(len(rows)) < 0.2
    sizes = np.bincount(is_target[rows], minlength=2)
    weight = (len(rows) / 2 / sizes)[is_target[rows].astype(int)]
    settings = {
        **SETTINGS,
        "seed": seed,
        "min_data_in_leaf": max(5, min(50, len(rows) // 40)),
        "num_threads": 1 if matrix.shape[1] * len(rows) < THREADED_CELLS else 0,
    }
    fitted, judged = (
        lightgbm.Dataset(
            matrix[rows[part]],
            is_target[rows[part]],
            weight=weight[part],
            categorical_feature=categorical,
        )
        for part in (~held, held)
    )
    judged.set_reference(fitted)
    stop = lightgbm.early_stopping(10, verbose=False)
    return lightgbm.train(settings, fitted, ROUNDS, [judged], callbacks=[stop]).predict


def _drawn(is_target: Bools, usable: Bools, rng: np.random.Generator) -> Iterator[NDArray[np.intp]]:
    for side in (~is_target, is_target):
        rows = np.flatnonzero(side & usable)
        few = rng.choice(rows, FITTED_ROWS, replace=False) if len(rows) > FITTED_ROWS else rows
        yield np.sort(few)


def learnt_apart(
    matrix: Floats, categorical: list[int], is_target: Bools, learnt: Bools, seed: int
) -> tuple[Floats, Floats]:
    """Trees of the learnt rows: the scores of the others, and the gain of each column.

    One fit of a fixed size, without rows kept back to stop it: for a test of ranks, not for odds.
    """
    import lightgbm

    sizes = np.bincount(is_target[learnt], minlength=2)
    rows = lightgbm.Dataset(
        matrix[learnt],
        is_target[learnt],
        weight=(len(matrix) / sizes)[is_target[learnt].astype(int)],
        categorical_feature=categorical,
    )
    settings = {
        **SETTINGS,
        "seed": seed,
        "num_leaves": FEW_LEAVES,
        "min_data_in_leaf": max(5, min(50, int(sizes.min()) // 20)),
        "num_threads": 1,
    }
    booster = lightgbm.train(settings, rows, FEW_ROUNDS)
    scores = np.asarray(booster.predict(matrix[~learnt], raw_score=True))
    return scores, np.asarray(booster.feature_importance("gain"))


def mann_whitney(is_target: Bools, chance: Floats) -> tuple[float, float]:
    """The area under the ROC curve and its one-sided p-value, with the variance under ties."""
    area = roc_auc(is_target.astype(np.float64), np.column_stack([1 - chance, chance]))
    ties = np.unique(chance, return_counts=True)[1].astype(np.float64)
    rows, targets = len(chance), int(is_target.sum())
    spread = rows + 1 - ((ties**3 - ties).sum() / (rows * (rows - 1)))
    if spread <= 1e-9:
        return area, 1.0
    error = np.sqrt(spread / (12 * targets * (rows - targets)))
    return area, float(ndtr((0.5 - area) / error))
