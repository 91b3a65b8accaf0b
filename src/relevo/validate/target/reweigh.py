"""`reweigh`: weights of training rows for the target population, and whom they reach."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relevo.score.ranking import roc_auc
from relevo.validate.expected.recalibrate import recalibrate
from relevo.validate.target.balance import balanced
from relevo.validate.target.coverage import covered_rows
from relevo.validate.target.domain import LARGEST_WEIGHT, chances
from relevo.validate.target.features import Features

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LEAST_COVERED = 0.05  # of the target rows; below, the two have nothing in common
EDGE = 1e-6
CALIBRATION_ROWS = 100_000


@dataclass(frozen=True, eq=False)
class Reweighed:
    """What the classifier of training against target rows made of them.

    Attributes
    ----------
    auc, weighted_auc
        How well its scores of rows that it had not seen rank target rows above training rows, as
        these came and weighted.
    weights
        Shape `(n_training_rows,)`, mean 1; all 1 where there is no overlap.
    trimmed
        The share of the training rows whose weight was cut.
    covered
        Shape `(n_target_rows,)`.
    overlap
        Whether training has anything in common with the target.

    """

    auc: float
    weighted_auc: float
    weights: Floats
    trimmed: float
    covered: Bools
    overlap: bool


def reweigh(matrix: Floats, categorical: list[int], is_target: Bools, seed: int) -> Reweighed:
    """Learn to tell the populations apart, and turn calibrated odds into weights.

    Boosted trees, cross-fitted; their chances calibrated (see `relevo.validate.recalibrate`) with
    both populations equally large; the odds of the training rows, within 1/20 and 20, then bent
    until the weighted means are the target's, as far as more than chance parts them (see
    `relevo.validate.balance`).

    References
    ----------
    Bickel, Brückner and Scheffer (2007), Discriminative learning for differing training and test
    distributions; Sugiyama, Suzuki and Kanamori (2012), Density Ratio Estimation in Machine
    Learning.

    """
    chance, auc = chances(matrix, categorical, is_target, seed)
    sizes = np.bincount(is_target.astype(np.intp), minlength=2)
    evenly = (len(matrix) / 2 / sizes)[is_target.astype(np.intp)]
    both = np.column_stack([1 - chance, chance])
    labels = is_target.astype(np.float64)
    few = np.random.default_rng(seed).permutation(len(matrix))[:CALIBRATION_ROWS]
    bend = recalibrate(both[few], labels[few], evenly[few], seed)
    sure = bend(both)[:, 1].clip(EDGE, 1 - EDGE)
    # Ranks that are wrong more often than not tell nothing: turned round they would.
    odds = sure / (1 - sure) if auc > 0.5 else np.ones(len(matrix))
    covered = covered_rows(matrix, categorical, is_target, odds[is_target])
    if covered.mean() < LEAST_COVERED:
        return Reweighed(auc, auc, np.ones(sizes[0]), 0.0, covered, False)
    ours = odds[~is_target]
    start = np.clip(ours, 1 / LARGEST_WEIGHT, LARGEST_WEIGHT)
    bent = balanced(Features.of(matrix, categorical, is_target), start)
    cut = (ours > LARGEST_WEIGHT) | (bent > LARGEST_WEIGHT)
    weights = np.minimum(bent, LARGEST_WEIGHT)
    weights = weights / weights.mean()
    mass = np.ones(len(matrix))
    mass[~is_target] = weights
    after = roc_auc(labels, both, mass)
    return Reweighed(auc, after, weights, float(cut.mean()), covered, True)
