"""`covered_rows`: which rows of the target population training stands for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MOST_ODDS = 10.0
LEAST_EXPECTED = 10


def covered_rows(matrix: Floats, categorical: list[int], is_target: Bools, odds: Floats) -> Bools:
    """Whether training has rows near each target row, `(n_target_rows,)`.

    A row is not covered when the classifier gives it odds of ten or more of being a target row,
    both populations made equally large: training is there ten times thinner than the target (the
    limit of Crump et al. 2009 for the propensity, about .1). Nor when it lies outside of all that
    training holds: a category that training lacks and by its share should have, or numbers whose
    leverage is above that of every training row, itself left out (the independent-variable hull of
    Cook 1979), which a classifier of few such rows cannot see.

    Parameters
    ----------
    matrix, categorical, is_target
        As `relevo.validate.target.exchangeable.exchangeable` takes them.
    odds
        Shape `(n_target_rows,)`.

    References
    ----------
    Crump, Hotz, Imbens and Mitnik (2009), Dealing with limited overlap in estimation of average
    treatment effects, Biometrika 96; Cook (1979), Influential observations in linear regression,
    JASA 74.

    """
    training, target = matrix[~is_target], matrix[is_target]
    covered = odds < MOST_ODDS
    for at in categorical:
        covered &= ~np.isin(target[:, at], _lacking(training[:, at], target[:, at]))
    numbers = [at for at in range(matrix.shape[1]) if at not in categorical]
    if numbers and len(training) > 2 * len(numbers):
        own = _leverage(training[:, numbers], training[:, numbers])
        share = 1 / len(training)  # what the mean adds to a row's leverage
        left_out = (own + share) / np.maximum(1 - own - share, 1e-9) - share
        covered &= _leverage(training[:, numbers], target[:, numbers]) <= left_out.max()
    return covered


def _lacking(training: Floats, target: Floats) -> Floats:
    """Categories that training has no row of, and would have ten or more of by their share."""
    values, counts = np.unique(target[~np.isnan(target)], return_counts=True)
    expected = counts * (len(training) / len(target))
    return np.asarray(values[~np.isin(values, training) & (expected >= LEAST_EXPECTED)])


def _leverage(training: Floats, rows: Floats) -> Floats:
    """Squared distance of each row from training's mean, in training's own covariance."""
    with np.errstate(invalid="ignore"):
        known = ~np.isnan(training)
        size = np.where(known, np.abs(training), 0.0).max(axis=0)
        size[size == 0] = 1.0
    counts = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, training / size, 0.0).sum(axis=0) / counts
    centred = np.where(known, training / size - mean, 0.0)
    spread = np.sqrt((centred**2).mean(axis=0))
    spread[spread <= 1e-15] = 1e-15
    _, values, axes = np.linalg.svd(centred / spread, full_matrices=False)
    kept = values > 1e-6 * values.max(initial=0.0)
    with np.errstate(over="ignore"):  # far beyond training's own size it is far enough
        away = np.where(np.isnan(rows), 0.0, (rows / size - mean) / spread).clip(-1e100, 1e100)
    scores = away @ axes[kept].T / values[kept]
    return np.asarray((scores**2).sum(axis=1))
