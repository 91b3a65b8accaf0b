"""`hold_out`: set rows aside, so that choices are not judged on the rows that were learnt from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from relevo.learn.rows import Rows

_FEW, _MANY = 500, 50_000  # a log loss over 50,000 rows has a standard error below 0.005


def hold_out(rows: Rows, ordered: bool, seed: int, share: float = 0.2) -> tuple[Rows, Rows]:
    """The rows to learn from and the rows to choose by.

    Parameters
    ----------
    rows
        All rows; oldest first when `ordered`.
    ordered
        Whether the newest rows are held back; else a random share of every class.
    seed
        Of the random choice.
    share
        How large a part is held back: of few rows up to a third, for fewer than 500 tell little;
        never more than 50,000.

    Returns
    -------
    tuple of Rows
        The rows to learn from, then those held back. A single row is both.

    """
    n = len(rows)
    count = max(1, min(max(round(n * share), min(n // 3, _FEW)), _MANY))
    if n < 2:
        return rows, rows
    if ordered:
        return rows.take(slice(0, n - count)), rows.take(slice(n - count, n))
    held = np.zeros(n, dtype=bool)
    held[_random(rows, count, seed)] = True
    return rows.take(np.flatnonzero(~held)), rows.take(np.flatnonzero(held))


def _random(rows: Rows, count: int, seed: int) -> NDArray[np.intp]:
    shuffled = np.random.default_rng(seed).permutation(len(rows))
    if rows.target.classes:
        shuffled = _classes_in_turn(shuffled, rows.target.values[shuffled])
    return shuffled[:count]


def _classes_in_turn(shuffled: NDArray[np.intp], classes: NDArray[np.float64]) -> NDArray[np.intp]:
    """Order rows so that any first part holds each class in proportion; lone rows come last."""
    position = np.empty(len(classes))
    for code in np.unique(classes):
        (where,) = np.nonzero(classes == code)
        position[where] = (np.arange(len(where)) + 0.5) / len(where) if len(where) > 1 else 1.0
    return shuffled[np.argsort(position, kind="stable")]
