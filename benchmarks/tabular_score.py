"""The figures of tabular.py in plain numpy, so that every environment computes the same.

`truth` holds numbers or class positions, shape `(n,)`; `predicted` holds numbers, shape `(n,)`, or
probabilities, shape `(n, n_classes)`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
FLOOR = 1e-7  # what a 32-bit float can tell from one; a surer mistake costs no more than this one
BINS = 15


def figures(task: str, truth: Array, predicted: Array) -> dict[str, float]:
    if task == "regression":
        return {"error": rmse(truth, predicted), "second": r2(truth, predicted)}
    chances = tidy(predicted)
    return {
        "error": log_loss(truth, chances),
        "second": auc(truth, chances),
        "ece": calibration_error(truth, chances),
    }


def constant(task: str, target: Array, rows: int) -> Array:
    """What to predict for every one of `rows` when only the training targets are known."""
    if task == "regression":
        return np.full(rows, target.mean())
    return np.tile(np.bincount(target) / len(target), (rows, 1))


def tidy(predicted: Array) -> Array:
    chances = np.clip(np.asarray(predicted, dtype=float), FLOOR, 1 - FLOOR)
    return chances / chances.sum(axis=1, keepdims=True)


def rmse(truth: Array, predicted: Array) -> float:
    return float(np.sqrt(np.mean((truth - predicted) ** 2)))


def r2(truth: Array, predicted: Array) -> float:
    return float(1 - np.mean((truth - predicted) ** 2) / np.var(truth))


def log_loss(truth: Array, chances: Array) -> float:
    return float(-np.mean(np.log(chances[np.arange(len(truth)), truth])))


def auc(truth: Array, chances: Array) -> float:
    """Area under the ROC curve; of several classes the plain mean of each against the rest."""
    if chances.shape[1] == 2:
        return _area(truth == 1, chances[:, 1])
    return float(np.mean([_area(truth == k, chances[:, k]) for k in np.unique(truth)]))


def calibration_error(truth: Array, chances: Array) -> float:
    """Expected calibration error over bins of equal mass: of the second of two, or the top.

    Naeini, Cooper, Hauskrecht: Obtaining Well Calibrated Probabilities, 2015.
    """
    two = chances.shape[1] == 2
    said = chances[:, 1] if two else chances.max(axis=1)
    right = truth == 1 if two else truth == chances.argmax(axis=1)
    parts = np.array_split(np.argsort(said, kind="stable"), min(BINS, len(said)))
    gaps = [abs(said[part].mean() - right[part].mean()) * len(part) for part in parts]
    return float(sum(gaps) / len(said))


def coverage(truth: Array, low: Array, high: Array) -> dict[str, float]:
    """Share of the truth within its interval, and the mean width, also in standard deviations."""
    held = (truth >= low) & (truth <= high)
    return {
        "coverage": float(held.mean()),
        "width": float(np.mean(high - low)),
        "width_in_deviations": float(np.mean(high - low) / np.std(truth)),
    }


def _area(positive: Array, chance: Array) -> float:
    """By ranks, ties at their mean: Mann and Whitney, 1947."""
    _, place, counts = np.unique(chance, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    ones = int(positive.sum())
    zeros = len(positive) - ones
    if not ones or not zeros:
        return float("nan")
    return float((ranks[positive].sum() - ones * (ones + 1) / 2) / (ones * zeros))
