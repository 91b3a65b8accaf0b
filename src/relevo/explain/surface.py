"""`Surface`: the mean of something over the values of two columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.data.category_text import category_texts
from relevo.explain.ale import bin_of, edges_of
from relevo.explain.judged_rows import JudgedRows

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
        The cells' names: intervals of numbers, or categories, the most frequent first.
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
        if np.isfinite(numbers).any():
            edges = edges_of(numbers, _MOST_CELLS)
            if values.dtype.is_numeric() and len(edges) > 1:
                ends = (f"{low:.3g} – {high:.3g}" for low, high in zip(edges, edges[1:], strict=False))  # noqa: E501
                return tuple(ends), bin_of(numbers, edges)
            if values.dtype.is_temporal():
                texts = values.gather([int(np.argmin(np.abs(numbers - e))) for e in edges])
                names = [str(text)[:10] for text in texts.to_list()]
                pairs = zip(names, names[1:] or names, strict=False)
                return tuple(f"{low} – {high}" for low, high in pairs), bin_of(numbers, edges)
    texts = category_texts(values)
    counts = texts.drop_nulls().value_counts(name="rows")
    names = counts.sort(["rows", values.name], descending=[True, False])[values.name]
    kept = names.head(_MOST_CELLS).to_list()
    codes = texts.replace_strict(
        kept, list(range(len(kept))), default=-1, return_dtype=pl.Int64
    ).fill_null(-1)
    return tuple(kept), codes.to_numpy().astype(np.intp)
