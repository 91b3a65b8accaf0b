"""Tests over many columns at once: Hotelling's T2 and Holm's rule."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import fdtrc

Floats = NDArray[np.float64]


def hotelling(
    difference: Floats, reference: Floats, current: Floats, rows: tuple[int, int]
) -> float | None:
    """The p-value of "all means are the same" (Hotelling 1931).

    Parameters
    ----------
    difference
        Shape `(n_columns,)`: current minus reference mean, over all rows.
    reference, current
        Shape `(n_sampled_rows, n_columns)`: rows of each sample, for the covariance within.
    rows
        How many rows each mean stands on.

    Returns
    -------
    float or None
        None when the columns are too many for the rows, or none varies.

    """
    within = np.concatenate([reference - reference.mean(axis=0), current - current.mean(axis=0)])
    freedom = len(within) - 2
    if freedom < 1 or len(difference) == 0:
        return None
    roots, axes = np.linalg.eigh(within.T @ within / freedom)
    kept = roots > max(roots.max() * 1e-8, 1e-12)  # columns that say the same count once
    rank = int(kept.sum())
    if rank == 0 or 4 * rank > freedom:
        return None
    along = axes[:, kept].T @ difference
    statistic = rows[0] * rows[1] / sum(rows) * float((along**2 / roots[kept]).sum())
    left = freedom + 1 - rank
    return float(fdtrc(rank, left, statistic * left / (rank * freedom)))


def holm(p_values: Floats, alpha: float) -> NDArray[np.bool_]:
    """Which hypotheses fall at a total level `alpha` (Holm 1979), shape `(n_tests,)`."""
    order = np.argsort(p_values, kind="stable")
    held = p_values[order] > alpha / np.arange(len(order), 0, -1)
    first = int(held.argmax()) if held.any() else len(order)
    fallen = np.zeros(len(order), dtype=bool)
    fallen[order[:first]] = True
    return fallen
