"""What a column is compared as: a number, a category, or not at all."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

LEAST_RUNNING = 30
LEAST_NAMES = 30


def kind_of(column: pl.Series) -> Literal["number", "category"] | None:
    """What a normalised column is compared as; None for dates and times.

    A column of nulls only counts as a category.
    """
    if column.dtype.is_numeric() or column.dtype == pl.Boolean:
        return "number"
    return "category" if column.dtype == pl.String else None


def numbers_of(column: pl.Series) -> NDArray[np.float64]:
    """Numbers and booleans as floats, `(n_rows,)`; missing and infinite ones as NaN."""
    values = column.cast(pl.Float64).to_numpy()
    known = np.isfinite(values)
    return values if known.all() else np.where(known, values, math.nan)


def is_running(column: pl.Series) -> bool:
    """Whether these are the numbers of rows: whole, without a gap, each once."""
    if not column.dtype.is_integer() or column.len() < LEAST_RUNNING or column.null_count():
        return False
    dense = int(column.max()) - int(column.min()) + 1 == column.len()  # type: ignore[arg-type]
    return dense and column.n_unique() == column.len()


def is_name(distinct: int, rows: int) -> bool:
    """Whether words are texts or names of single rows: many, and few of them come twice."""
    return distinct > max(LEAST_NAMES, rows / 2)
