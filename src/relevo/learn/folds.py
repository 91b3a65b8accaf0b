"""`Folds`: which rows judge which fit, so that no row judges a model that has seen it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relevo.learn.learner import Target

Positions = NDArray[np.intp]
_NEVER = -1
_FEWEST_HELD, _MOST_HELD = 500, 50_000  # a log loss over 50,000 rows has an error below 0.005
_STRATA = 20


@dataclass(frozen=True)
class Folds:
    """The fold in which each row is held back.

    Attributes
    ----------
    of_row
        Shape `(n_rows,)`: the number of the row's fold, -1 for rows that are never held back.
    count
        How many folds there are; 1 is a hold-out.

    """

    of_row: Positions
    count: int

    @property
    def judged(self) -> Positions:
        """The rows that are held back in some fold, in ascending order."""
        return np.flatnonzero(self.of_row != _NEVER)

    def part(self, fold: int) -> Positions:
        """The rows that a fold learns from."""
        rows = np.flatnonzero(self.of_row != fold)
        return rows if len(rows) else self.held(fold)

    def held(self, fold: int) -> Positions:
        """The rows that judge a fold."""
        return np.flatnonzero(self.of_row == fold)


def folds(
    target: Target,
    count: int,
    *,
    ordered: bool = False,
    groups: Positions | None = None,
    seed: int = 0,
) -> Folds:
    """Divide rows into folds.

    Parameters
    ----------
    target
        Its classes, or its quantiles, are spread evenly over the folds.
    count
        1 holds back a fifth of the rows (of few rows up to a third; never more than 50,000).
    ordered
        Rows are oldest first: the newest are held back, in one fold whatever `count` says.
    groups
        Shape `(n_rows,)`; rows of the same number stay in one fold (the rows of a customer, a
        site). Left out of account when `ordered`, or when all rows are of one group.
    seed
        Of the random choice.

    """
    n = len(target)
    held = max(1, min(max(round(n / 5), min(n // 3, _FEWEST_HELD)), _MOST_HELD))
    if n < 2:
        return Folds(np.zeros(n, dtype=np.intp), 1)
    if ordered:
        of_row = np.full(n, _NEVER)
        of_row[n - held :] = 0
        return Folds(of_row, 1)
    random = np.random.default_rng(seed)
    if groups is not None and len(np.unique(groups)) > 1:
        return _of_groups(groups, count, held, random)
    dealt = _dealt(target, random)
    if count > 1:
        count = min(count, n)
        of_row = np.empty(n, dtype=np.intp)
        of_row[dealt] = np.arange(n) % count
        return Folds(of_row, count)
    of_row = np.full(n, _NEVER)
    # One from the middle of each stretch: a class of a single row stays with those learnt from.
    of_row[dealt[((np.arange(held) + 0.5) * n / held).astype(np.intp)]] = 0
    return Folds(of_row, 1)


def _dealt(target: Target, random: np.random.Generator) -> Positions:
    """Rows sorted by class or by quantile, at random inside: dealing them out spreads them."""
    n = len(target)
    shuffled = random.permutation(n)
    values = target.values[shuffled]
    if target.classes:
        return shuffled[np.argsort(values, kind="stable")]
    ranks = values.argsort(kind="stable").argsort(kind="stable")
    return shuffled[np.argsort(ranks * min(_STRATA, n) // n, kind="stable")]


def _of_groups(groups: Positions, count: int, held: int, random: np.random.Generator) -> Folds:
    """Whole groups, the largest first, each to the fold that has the fewest rows."""
    _, number, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    order = random.permutation(len(sizes))
    if count == 1:
        order_sizes = np.cumsum(sizes[order])
        chosen = order[: max(1, min(int(np.searchsorted(order_sizes, held)) + 1, len(sizes) - 1))]
        return Folds(np.where(np.isin(number, chosen), 0, _NEVER), 1)
    count = min(count, len(sizes))
    filled = np.zeros(count)
    fold_of_group = np.empty(len(sizes), dtype=np.intp)
    for group in order[np.argsort(-sizes[order], kind="stable")]:
        fold = int(filled.argmin())
        fold_of_group[group] = fold
        filled[fold] += sizes[group]
    return Folds(fold_of_group[number], count)
