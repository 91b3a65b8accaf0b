"""`covered_rows`: which rows of the target population training stands for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MOST_ODDS = 10.0


def covered_rows(matrix: Floats, categorical: list[int], is_target: Bools, odds: Floats) -> Bools:
    """Whether training has rows near each target row, `(n_target_rows,)`.

    A row is not covered when the classifier gives it odds of ten or more of being a target row,
    both populations made equally large: training is there ten times thinner than the target (the
    limit of Crump et al. 2009 for the propensity, about .1). Nor when it lies outside of all that
    training holds: a category that training lacks, or numbers whose leverage is above that of every
    training row (the independent-variable hull of Cook 1979), which a classifier of few such rows
    cannot see.

    Parameters
    ----------
    matrix, categorical, is_target
        As `relevo.validate.exchangeable.exchangeable` takes them.
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
        covered &= np.isnan(target[:, at]) | np.isin(target[:, at], training[:, at])
    numbers = [at for at in range(matrix.shape[1]) if at not in categorical]
    if numbers and len(training) > 2 * len(numbers):
        inside = _leverage(training[:, numbers], training[:, numbers])
        covered &= _leverage(training[:, numbers], target[:, numbers]) <= inside.max() * (1 + 1e-9)
    return covered


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
    # far beyond training's own size the square overflows; there it is far enough
    away = np.clip(np.where(np.isnan(rows), 0.0, (rows / size - mean) / spread), -1e100, 1e100)
    scores = away @ axes[kept].T / values[kept]
    return np.asarray((scores**2).sum(axis=1))
