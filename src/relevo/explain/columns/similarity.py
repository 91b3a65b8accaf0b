"""An order for categories that have none: those whose rows are alike stand side by side."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]

_POINTS = 20


def order_of_levels(of_row: Positions, others: Floats, codes: tuple[int, ...]) -> Positions:
    """The levels in the order of the first axis of a multidimensional scaling.

    The distance of two levels is the sum, over the other features, of how differently they are
    spread: Kolmogorov and Smirnov's distance for numbers, half the difference of the shares for
    categories (Apley and Zhu, 2020, as in their package ALEPlot).

    Parameters
    ----------
    of_row
        The level of each row from 0, -1 for none, `(n_rows,)`.
    others
        The features of the other columns, `(n_rows, n_others)`.
    codes
        For each of these, how many category codes it has; 0 for a number.

    References
    ----------
    Apley and Zhu (2020), Visualizing the effects of predictor variables in black box supervised
    learning models, JRSS B 82; Torgerson (1952), Multidimensional scaling, Psychometrika 17.

    """
    count = int(of_row.max()) + 1
    known = of_row >= 0
    distance = np.zeros((count, count))
    for place, n_codes in enumerate(codes):
        shares = _shares(of_row[known], others[known, place], count, n_codes)
        gaps = np.abs(shares[:, np.newaxis] - shares)
        distance += gaps.sum(axis=2) / 2 if n_codes else gaps.max(axis=2)
    return np.argsort(_first_axis(distance), kind="stable")


def _shares(of_row: Positions, values: Floats, count: int, n_codes: int) -> Floats:
    """Of each level's rows, the share of each code; of a number, the share below some points."""
    missing = ~np.isfinite(values)
    if n_codes:
        code = np.where(missing, n_codes, values).astype(np.intp)
        table = np.bincount(of_row * (n_codes + 1) + code, minlength=count * (n_codes + 1))
        shares = table.reshape(count, n_codes + 1).astype(np.float64)
    elif missing.all():
        return np.zeros((count, 1))
    else:
        points = np.unique(np.quantile(values[~missing], np.linspace(0, 1, _POINTS + 1)))
        below = (values[:, np.newaxis] <= points).astype(np.float64)
        shares = np.zeros((count, len(points)))
        np.add.at(shares, of_row, below)
    result: Floats = shares / np.bincount(of_row, minlength=count)[:, np.newaxis]
    return result


def _first_axis(distance: Floats) -> Floats:
    count = len(distance)
    centre = np.eye(count) - 1 / count
    values, vectors = np.linalg.eigh(-centre @ distance**2 @ centre / 2)
    first: Floats = vectors[:, -1] * np.sqrt(max(values[-1], 0.0))
    return first if first[0] <= first[-1] else -first
