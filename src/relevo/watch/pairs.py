"""`turned_pairs`: the pairs of columns whose dependence differs most between two samples."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Pair = tuple[int, int]

LEVELS = 3  # of a category that are looked at, the commonest


def pair_scores(column: Floats, is_word: bool) -> Floats:
    """A column as scores of mean 0 and variance 1, shape `(n_rows, n_scores)`; missing ones are 0.

    Ranks of a number, so that no outlier rules; the commonest three levels of a category, whose
    codes are in the order of how common they are.
    """
    if is_word:
        scores = (column[:, None] == np.arange(LEVELS)).astype(np.float64)
    else:
        scores = np.searchsorted(np.sort(column), column).astype(np.float64)[:, None]
        scores[np.isnan(column)] = np.nan
    apart = scores - np.nanmean(scores, axis=0) if np.isfinite(scores).any() else scores * 0
    apart = np.nan_to_num(apart)
    deviation = apart.std(axis=0)
    return np.asarray(np.divide(apart, deviation, out=apart * 0, where=deviation > 0))


def turned_pairs(
    scores: Floats, owners: NDArray[np.intp], is_current: NDArray[np.bool_], wanted: int
) -> list[Pair]:
    """The pairs of scores of different columns whose mean product moved most, the strongest first.

    Parameters
    ----------
    scores
        Shape `(n_rows, n_scores)`.
    owners
        Shape `(n_scores,)`: the column of each.
    is_current
        Shape `(n_rows,)`.
    wanted
        How many.

    """
    means, variances = [], []
    for rows in (~is_current, is_current):
        part = scores[rows]
        mean = part.T @ part / len(part)
        means.append(mean)
        variances.append(((part**2).T @ part**2 / len(part) - mean**2) / len(part))
    spread = np.sqrt((variances[0] + variances[1]).clip(min=1e-12))
    moved = np.abs(means[1] - means[0]) / spread
    moved[np.less_equal.outer(owners, owners).T] = 0  # each pair once, and no column with itself
    strongest = np.argsort(-moved, axis=None, kind="stable")[:wanted]
    found = [divmod(int(at), len(owners)) for at in strongest]
    return [pair for pair in found if moved[pair] > 0]
