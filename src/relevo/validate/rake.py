"""`rake`: weights under which rows have the shares that are known of a population."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.errors import DataMistake, nearest

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

ROUNDS = 1000
CLOSE = 1e-9


def rake(
    rows: pl.DataFrame, margins: Mapping[str, Mapping[object, float]], start: Floats
) -> Floats:
    """Fit the weights to one margin after the other until all are met (Deming & Stephan 1940).

    Parameters
    ----------
    rows
        The rows to be weighted.
    margins
        For a column, each category's share; categories without rows are left out and the others
        share what is left in proportion.
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
    wanted = [_coded(rows, name, shares) for name, shares in margins.items()]
    weights = start / start.mean()
    for _ in range(ROUNDS):
        furthest = 0.0
        for codes, shares in wanted:
            have = np.bincount(codes, weights, len(shares)) / len(codes)
            furthest = max(furthest, float(np.abs(shares - have).max()))
            factors = np.divide(shares, have, out=np.zeros(len(shares)), where=have > 0)
            weights = weights * factors[codes]
        if furthest < CLOSE:
            return np.asarray(weights)
    raise DataMistake("population.margins_contradict", columns=", ".join(margins))


def _coded(rows: pl.DataFrame, name: str, shares: Mapping[object, float]) -> tuple[Codes, Floats]:
    """The position of each row's category, and the share wanted of each category that has rows."""
    if name not in rows.columns:
        raise DataMistake(
            "population.unknown_margin", column=name, hint=nearest(name, rows.columns)
        )
    categories, codes = np.unique(words(rows[name]), return_inverse=True)
    known = named(rows[name], shares)
    unnamed = np.array([category not in known for category in categories])
    _check_shares(name, known, bool(unnamed.any()))
    wanted = np.array([known.get(category, 0.0) for category in categories])
    if unnamed.any():
        have = np.bincount(codes)[unnamed]
        wanted[unnamed] = max(0.0, 1 - sum(known.values())) * have / have.sum()
    if wanted.sum() <= 0:
        raise DataMistake("population.margins_contradict", columns=name)
    return codes, wanted / wanted.sum()


def _check_shares(name: str, shares: Mapping[str, float], unnamed: bool) -> None:
    total = sum(shares.values())
    proper = all(0 <= share <= 1 for share in shares.values()) and total <= 1 + 1e-6
    if not proper or (not unnamed and total < 1 - 1e-6):
        raise DataMistake("population.bad_shares", column=name, total=round(total, 6))


def named(column: pl.Series, shares: Mapping[object, float]) -> dict[str, float]:
    """The shares under the names that `words` gives the categories: 1 is 1.0 among decimals."""
    keys = [pl.Series([key]).cast(column.dtype, strict=False) for key in shares]
    texts = [key.cast(pl.String).item() or str(raw) for key, raw in zip(keys, shares, strict=True)]
    return dict(zip(texts, map(float, shares.values()), strict=True))


def words(column: pl.Series) -> NDArray[np.str_]:
    """The categories of a column as people write them, `(n_rows,)`."""
    return column.cast(pl.String).fill_null("").to_numpy().astype(np.str_)
