"""Segments that differ in a known way: rows to learn from, and rows to judge by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]
KINDS = ("one truth", "exchangeable", "smooth on a grid", "mixed")
SIDE, FEATURES = 32, 10
FEWEST, MOST = 2, 5_000
UNSEEN = 0.05
ROWS_JUDGED = 40


@dataclass(frozen=True)
class Rows:
    """A table in two: features and segment columns, and the target, of each part.

    `graph` is what `StratifiedRegressor` takes, or None.
    """

    name: str
    table: pl.DataFrame
    y: Floats
    judged: pl.DataFrame
    judged_y: Floats
    segment: tuple[str, ...]
    graph: Any = None


def truth(kind: str, seed: int = 0) -> Rows:
    """Linear models whose coefficients differ as `kind` says; the noise has variance 1.

    Segments have from 2 to 5,000 rows, one in twenty has none.
    """
    random = np.random.default_rng(seed)
    count = SIDE * SIDE
    centre = random.normal(size=FEATURES + 1)
    alone = random.normal(size=(count, FEATURES + 1))
    field = waves(random)
    apart = {
        "one truth": 0.0 * alone,
        "exchangeable": 0.6 * alone,
        "smooth on a grid": 0.65 * field,
        "mixed": 0.5 * field + 0.3 * alone,
    }[kind]
    sizes = np.exp(random.uniform(np.log(FEWEST), np.log(MOST), count)).astype(int)
    sizes[random.random(count) < UNSEEN] = 0
    parts = [drawn(centre + apart, rows, random) for rows in (sizes, np.full(count, ROWS_JUDGED))]
    graph = None
    if kind != "exchangeable":
        graph = {"row": "ordered", "column": "ordered"}
    (table, y), (judged, judged_y) = parts
    return Rows(kind, table, y, judged, judged_y, ("row", "column"), graph)


def waves(random: np.random.Generator) -> Floats:
    """Coefficients that change smoothly over the grid, of variance about 1."""
    row, column = np.divmod(np.arange(SIDE * SIDE), SIDE)
    found = np.zeros((SIDE * SIDE, FEATURES + 1))
    for place in range(FEATURES + 1):
        for _ in range(3):
            across, down = random.uniform(0.5, 2.0, 2) * 2 * np.pi / SIDE
            found[:, place] += np.sin(across * row + down * column + random.uniform(0, 2 * np.pi))
    return found / np.sqrt(1.5)


def drawn(
    coefficients: Floats, sizes: NDArray[np.int_], random: np.random.Generator
) -> tuple[pl.DataFrame, Floats]:
    segment = np.repeat(np.arange(len(sizes)), sizes)
    x = random.normal(size=(len(segment), FEATURES))
    own = coefficients[segment]
    y = own[:, 0] + (x * own[:, 1:]).sum(axis=1) + random.normal(size=len(segment))
    columns = {f"x{place}": x[:, place] for place in range(FEATURES)}
    return pl.DataFrame({**columns, "row": segment // SIDE, "column": segment % SIDE}), y
