"""`exchangeable`: the p-value of "training rows and target rows come from one population"."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import ndtri

from relevo.validate.target.combine import combine
from relevo.validate.target.domain import learnt_apart, mann_whitney

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Singles = NDArray[np.float32]

DEALS = 399  # with the rows as they came, 400: a level of .05 is then met exactly
MOST_ROWS = 5_000  # of each population in the permutation test
MOST_FEATURES = 600
LEVELS = 10  # categories of one column with an indicator of their own
FERNS, CUTS = 100, 4
LEARNT_ROWS = 25_000  # of each population in the test by trees


def exchangeable(matrix: Floats, categorical: list[int], is_target: Bools, seed: int) -> float:
    """Whether rows could have changed places between the two populations.

    Two tests, combined by the Cauchy rule. The first deals the labels out anew and asks how often
    the rows differ as much as they do, by the smallest p-value of three statistics: the sum over
    all columns, the largest of any column, and the sum over the cells of random ferns, which see
    columns that only together differ. What is built of the rows does not look at the labels, so
    that the p-value is exact. The second fits boosted trees to half of the rows and ranks the other
    half: a classifier two-sample test.

    Parameters
    ----------
    matrix
        Shape `(n_rows, n_columns)`, missing as NaN.
    categorical
        The columns that hold codes of categories, the commonest first.
    is_target
        Shape `(n_rows,)`.
    seed
        Of deals, ferns, halves and trees.

    References
    ----------
    Fisher (1935), The Design of Experiments; Özuysal et al. (2010), Fast keypoint recognition using
    random ferns; Lopez-Paz and Oquab (2017), Revisiting classifier two-sample tests; Schrab et al.
    (2023), MMD aggregated two-sample test; Liu and Xie (2020), Cauchy combination test.

    """
    rng = np.random.default_rng(seed)
    dealt = dealt_anew(matrix, categorical, is_target, rng)
    ranked = _by_trees(matrix, categorical, is_target, rng, seed)
    # Trees that found nothing to split have said nothing: not that both are alike.
    return combine([dealt, ranked] if ranked < 1 else [dealt])


def dealt_anew(
    matrix: Floats, categorical: list[int], is_target: Bools, rng: np.random.Generator
) -> float:
    """The p-value of the permutation test alone."""
    rows = _drawn(is_target, MOST_ROWS, rng)
    matrix, is_target = matrix[rows], is_target[rows]
    labels = np.tile(is_target.astype(np.float32)[:, None], DEALS + 1)
    labels[:, 1:] = rng.permuted(labels[:, 1:], axis=0)
    labels -= labels[:, :1].mean()
    scores = _scores(matrix, categorical)
    sides = is_target.sum(), (~is_target).sum()
    unit = float(sides[0] * sides[1]) / len(rows)  # the sum of squared centred labels
    differences = (scores.T @ labels) ** 2 / np.float32(unit)
    cells, mass = _ferns(matrix, categorical, rng)
    apart = ((cells.T @ labels) ** 2 / mass[:, None]).sum(axis=0)
    statistics = np.stack([differences.sum(axis=0), differences.max(axis=0), apart])
    return _smallest(statistics)


def _smallest(statistics: Floats) -> float:
    """The p-value of the smallest of several p-values, all by the same deals; first is what came.

    Where the smallest tie, and of few deals they often do, the next smallest decides; ties of all
    are counted against what came.
    """
    count = statistics.shape[1]
    ordered = np.sort(statistics, axis=1)
    reached = [
        count - np.searchsorted(row, values, side="left")
        for row, values in zip(ordered, statistics, strict=True)
    ]
    first, *others = np.sort(np.asarray(reached, dtype=np.int64), axis=0)
    for other in others:
        first = first * (count + 1) + other
    return float((first <= first[0]).mean())


def _scores(matrix: Floats, categorical: list[int]) -> Singles:
    """Columns of mean 0 and standard deviation 1 that do not look at the labels."""
    parts = [
        part for at in range(matrix.shape[1]) for part in _parts(matrix[:, at], at in categorical)
    ]
    scores = (
        np.stack(parts, axis=1).astype(np.float32)
        if parts
        else np.zeros((len(matrix), 1), np.float32)
    )
    return scores[:, :MOST_FEATURES]


def _parts(column: Floats, is_category: bool) -> Iterator[Floats]:
    """Where numbers stand, how far out they stand, which category it is, whether it is missing."""
    missing = np.isnan(column)
    raw: list[Floats] = [missing.astype(np.float64)]
    if is_category:
        raw += [(column == level).astype(np.float64) for level in range(LEVELS)]
    else:
        normal = _normal(column)
        raw += [normal, np.where(missing, 0.0, normal**2 - 1)]
    for part in raw:
        spread = part.std()
        if spread > 1e-9:
            yield (part - part.mean()) / spread


def _normal(column: Floats) -> Floats:
    """Normal scores of the middle ranks; a missing value scores 0."""
    values, place, count = np.unique(column, return_inverse=True, return_counts=True)
    known = int(count[~np.isnan(values)].sum())
    middle = np.cumsum(count) - count / 2
    scores = np.where(np.isnan(values), 0.0, ndtri((middle / max(known, 1)).clip(1e-9, 1 - 1e-9)))
    return np.asarray(scores[place])


def _ferns(
    matrix: Floats, categorical: list[int], rng: np.random.Generator
) -> tuple[csr_array, Singles]:
    """The cell of each row in each fern, one of 16, and how many rows each cell holds."""
    rows, columns = matrix.shape
    ranks = np.column_stack(
        [_shuffled(matrix[:, at], at in categorical, rng) for at in range(columns)]
    )
    chosen = rng.integers(columns, size=(FERNS, CUTS))
    cuts = ranks[rng.integers(rows, size=(FERNS, CUTS)), chosen]
    powers = 2 ** np.arange(CUTS)
    code = np.stack(
        [(ranks[:, of] > at) @ powers for of, at in zip(chosen, cuts, strict=True)], axis=1
    )
    code += np.arange(FERNS) * 2**CUTS
    ends = np.arange(0, rows * FERNS + 1, FERNS)
    ones = np.ones(rows * FERNS, np.float32)
    cells = csr_array((ones, code.ravel(), ends), shape=(rows, FERNS * 2**CUTS))
    mass = np.bincount(code.ravel(), minlength=FERNS * 2**CUTS).astype(np.float32)
    return cells, np.maximum(mass, 1)


def _shuffled(column: Floats, is_category: bool, rng: np.random.Generator) -> Floats:
    """Numbers as they are, categories in any order, missing ones below or above all others."""
    if is_category:
        known = ~np.isnan(column)
        places = rng.permutation(int(column[known].max(initial=0)) + 1).astype(np.float64)
        column = column.copy()
        column[known] = places[column[known].astype(np.intp)]
    return np.where(np.isnan(column), rng.choice([-np.inf, np.inf]), column)


def _by_trees(
    matrix: Floats,
    categorical: list[int],
    is_target: Bools,
    rng: np.random.Generator,
    seed: int,
) -> float:
    rows = _drawn(is_target, LEARNT_ROWS, rng)
    matrix, is_target = matrix[rows], is_target[rows]
    learnt = np.zeros(len(rows), dtype=bool)
    for side in (~is_target, is_target):
        of = rng.permutation(np.flatnonzero(side))
        learnt[of[: len(of) // 2]] = True
    scores, _ = learnt_apart(matrix, categorical, is_target, learnt, seed)
    return mann_whitney(is_target[~learnt], scores)[1]


def _drawn(is_target: Bools, most: int, rng: np.random.Generator) -> NDArray[np.intp]:
    parts = []
    for side in (~is_target, is_target):
        rows = np.flatnonzero(side)
        parts.append(rng.choice(rows, most, replace=False) if len(rows) > most else rows)
    return np.concatenate(parts)
