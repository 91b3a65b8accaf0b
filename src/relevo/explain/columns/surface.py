"""`Surface`: the mean of something over the values of two columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.data.category_text import category_texts
from relevo.explain.columns.ale import bin_of, edges_of
from relevo.explain.columns.judged_rows import JudgedRows
from relevo.picture.number import number

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]

_MOST_CELLS = 6
_LEAST_ROWS = 3


@dataclass(frozen=True)
class Surface:
    """Means in cells.

    Attributes
    ----------
    across, down
        The cells' names: where each of a number's ends, or categories, the most frequent first.
    values
        By `down`, then by `across`; None where fewer than three rows lie.

    """

    across: tuple[str, ...]
    down: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]


def surface_of(rows: JudgedRows, columns: tuple[str, str], of_row: Floats) -> Surface:
    """The means of `of_row` `(n_rows,)` over two columns of the rows."""
    (across, a), (down, b) = (_cells(rows.frame[column]) for column in columns)
    wide, high = len(across), len(down)
    known = (a >= 0) & (b >= 0)
    cell = b[known] * wide + a[known]
    counts = np.bincount(cell, minlength=wide * high)
    totals = np.bincount(cell, of_row[known], wide * high)
    means = [
        float(total / count) if count >= _LEAST_ROWS else None
        for total, count in zip(totals, counts, strict=True)
    ]
    lines = tuple(tuple(means[at * wide : (at + 1) * wide]) for at in range(high))
    return Surface(across, down, lines)


def _cells(values: pl.Series) -> tuple[tuple[str, ...], Positions]:
    """The names of a column's cells, and the cell of each row; -1 for none."""
    if values.dtype.is_numeric() or values.dtype.is_temporal():
        numbers = values.cast(pl.Float64).fill_null(np.nan).to_numpy()
        edges = edges_of(numbers, _MOST_CELLS) if np.isfinite(numbers).any() else np.empty(0)
        if len(edges) > 1:
            return _names(values, numbers, edges), bin_of(numbers, edges)
    texts = category_texts(values)
    counts = texts.drop_nulls().value_counts(name="rows")
    names = counts.sort(["rows", values.name], descending=[True, False])[values.name]
    kept = names.head(_MOST_CELLS).to_list()
    codes = texts.replace_strict(
        kept, list(range(len(kept))), default=-1, return_dtype=pl.Int64
    ).fill_null(-1)
    return tuple(kept), codes.to_numpy().astype(np.intp)


def _names(values: pl.Series, numbers: Floats, edges: Floats) -> tuple[str, ...]:
    """Each cell by where it ends, the last by where it begins."""
    if values.dtype.is_temporal():
        at = [int(np.nanargmin(np.abs(numbers - edge))) for edge in edges]
        texts = [str(value)[:10] for value in values.gather(at).to_list()]
    else:
        texts = [number(float(f"{edge:.3g}")) for edge in edges]
    if len(texts) == 2:
        return (" – ".join(texts),)
    return (*(f"≤ {text}" for text in texts[1:-1]), f"> {texts[-2]}")
