"""Rows whose columns depend on each other, are tied, heavy, rare or missing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]

DEPENDENCE = ("independent", "factor", "copies")  # factor: correlation .8 of every two columns
CONTENTS = ("plain", "heavy", "ties", "rare", "missing")


def cell_rows(
    rng: np.random.Generator, rows: int, columns: int, dependence: str, contents: str
) -> pl.DataFrame:
    """Six columns in ten are numbers, the others categories of 2 to 8 (rare: 40) levels."""
    normal, numbers = _normal(rng, rows, columns, dependence), round(0.6 * columns)
    frame = {}
    for at in range(columns):
        values = normal[:, at]
        column = _number(values, at, contents) if at < numbers else _category(values, at, contents)
        share = (0.0, 0.01, 0.3)[at % 3] if contents == "missing" else 0.0
        gaps = rng.random(rows) < share
        frame[f"c{at}"] = column.set(pl.Series(gaps), None) if share else column
    return pl.DataFrame(frame)


def _normal(rng: np.random.Generator, rows: int, columns: int, dependence: str) -> Floats:
    if dependence == "copies":
        half = rng.standard_normal((rows, (columns + 1) // 2))
        return np.concatenate([half, half], axis=1)[:, :columns]
    own = rng.standard_normal((rows, columns))
    if dependence == "independent":
        return own
    return np.sqrt(0.8) * rng.standard_normal((rows, 1)) + np.sqrt(0.2) * own


def _number(values: Floats, at: int, contents: str) -> pl.Series:
    kinds: dict[str, tuple[Callable[[Floats], Floats], ...]] = {
        "heavy": (lambda z: np.sinh(2 * z), lambda z: np.exp(2 * z)),
        "ties": (
            lambda z: np.floor(3 * z),
            lambda z: np.floor(60 * ndtr(z)),
            lambda z: np.where(z < 0.3, 0.0, np.exp(z)),
        ),
    }
    shapes = kinds.get(contents, (lambda z: z,))
    return pl.Series(shapes[at % len(shapes)](values))


def _category(values: Floats, at: int, contents: str) -> pl.Series:
    levels = 40 if contents == "rare" else 2 + at % 7
    shares = np.arange(1, levels + 1) ** (-2.0 if contents == "rare" else -1.0)
    codes = np.searchsorted(np.cumsum(shares / shares.sum()), ndtr(values)).clip(max=levels - 1)
    return pl.Series(np.array([f"l{level}" for level in range(levels)])[codes])


def mixed_rows(
    rng: np.random.Generator, rows: int, all_by: float = 0.0, one_by: float = 0.0, odds: float = 1.0
) -> pl.DataFrame:
    """12 numbers, half of them skewed or of heavy tails, and 8 categories, all independent.

    Parameters
    ----------
    rng, rows
        Of the draw.
    all_by, one_by
        Shifts of every number and of the first, in standard deviations before it is bent.
    odds
        By how much the odds of each category's first level have grown.

    """
    normal = rng.standard_normal((rows, 12)) + all_by
    normal[:, 0] += one_by
    frame: dict[str, object] = {}
    for at in range(12):
        bent = normal[:, at] if at < 6 else np.exp(normal[:, at])
        frame[f"n{at}"] = bent if at < 9 else np.sinh(1.5 * normal[:, at])
    for at in range(8):
        shares = 1 / np.arange(1, at + 4)
        shares[0] *= odds
        upto = np.cumsum(shares / shares.sum())
        codes = np.searchsorted(upto, rng.random(rows)).clip(max=len(shares) - 1)
        frame[f"c{at}"] = pl.Series(np.array(list("abcdefghij"))[codes])
    return pl.DataFrame(frame)


def daily_rows(rng: np.random.Generator, rows: int, shift: float = 0.0) -> pl.DataFrame:
    """Four correlated columns of a day: plain, heavy, tied and a category; the first may move."""
    normal = np.sqrt(0.5) * (rng.standard_normal((rows, 1)) + rng.standard_normal((rows, 4)))
    levels = np.array(["x", "y", "z"])[np.digitize(normal[:, 3], [-1, 0])]
    return pl.DataFrame(
        {
            "plain": normal[:, 0] + shift,
            "heavy": np.sinh(2 * normal[:, 1]),
            "tied": np.floor(2 * normal[:, 2]),
            "category": levels,
        }
    )
