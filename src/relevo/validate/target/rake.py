"""`rake`: weights under which rows have the shares that are known of a population."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.errors import DataMistake, nearest
from relevo.validate.target.margin import Margin

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

ROUNDS = 1000
CLOSE = 1e-9


def rake(rows: pl.DataFrame, margins: Mapping[str, Mapping[Any, float]], start: Floats) -> Floats:
    """Fit the weights to one margin after the other until all are met (Deming & Stephan 1940).

    Parameters
    ----------
    rows
        The rows to be weighted.
    margins
        For a column, the share of each category or range (see `Margin`);
        those without rows are left out and the others share what is left in proportion.
    start
        Shape `(n_rows,)`: the weights to begin with, some above zero.

    Returns
    -------
    numpy.ndarray
        Shape `(n_rows,)`, mean 1.

    Raises
    ------
    DataMistake
        When a column is unknown, shares are no shares, or the margins cannot be met together.

    """
    known = [_margin(rows, name, shares) for name, shares in margins.items()]
    weights: Floats = start / start.mean()
    if not known:
        return weights
    # Rows that are alike in every margin keep their ratios: one factor for all of them.
    codes, cell = np.unique([one.codes for one in known], axis=1, return_inverse=True)
    mass = np.bincount(cell.ravel(), weights) / len(weights)
    factors = _factors(codes, mass, [one.wanted() for one in known])
    if factors is None:
        raise DataMistake("population.margins_contradict", columns=", ".join(margins))
    return np.asarray(weights * factors[cell.ravel()])


def _factors(codes: Codes, mass: Floats, wanted: Sequence[Floats]) -> Floats | None:
    """The factor of each cell, `(n_cells,)`; None where no factors meet all margins."""
    factors = np.ones(len(mass))
    for _ in range(ROUNDS):
        furthest = 0.0
        for code, shares in zip(codes, wanted, strict=True):
            have = np.bincount(code, mass * factors, len(shares))
            furthest = max(furthest, float(np.abs(shares - have).max()))
            factors *= np.divide(shares, have, out=np.zeros(len(shares)), where=have > 0)[code]
        if furthest < CLOSE:
            return factors
    return None


def _margin(rows: pl.DataFrame, name: str, shares: Mapping[object, float]) -> Margin:
    if name not in rows.columns:
        raise DataMistake(
            "population.unknown_margin", column=name, hint=nearest(name, rows.columns)
        )
    return Margin.of(rows[name], shares)
