"""`Side`: one column of one sample, with everything computed that a comparison needs of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.validate.target.kinds import is_name, is_running, numbers_of
from relevo.watch.bins import Bins

Floats = NDArray[np.float64]
Counts = NDArray[np.integer[Any]]
Rows = NDArray[np.intp]
Kind = Literal["number", "category", "running", "name", "date"]

NOTHING = np.empty(0)
NO_COUNTS = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Side:
    """One column of one sample; the columns that are not compared have their kind only.

    Attributes
    ----------
    kind
        `"running"` numbers are those of rows, a `"name"` is nearly always another one.
    type
        As the table calls it, for messages.
    rows, known
        All rows, and those that hold a finite number or a word.
    deviation
        The standard deviation of the finite numbers.
    values
        The finite numbers, ascending, shape `(n_known,)`.
    names, counts
        The categories in alphabetical order, and the rows of each.
    sampled
        Shape `(n_sampled_rows,)`: the number, or the place in `names`, of the rows that the
        covariance is taken from; NaN where it is missing.
    bins
        Numbers that came in a stream, instead of `values`.

    """

    kind: Kind
    type: str
    rows: int
    known: int
    deviation: float = 0.0
    values: Floats = field(default_factory=NOTHING.copy)
    names: tuple[str, ...] = ()
    counts: Counts = field(default_factory=NO_COUNTS.copy)
    sampled: Floats = field(default_factory=NOTHING.copy)
    bins: Bins | None = None

    @property
    def numbers(self) -> Floats | Bins:
        """The finite numbers, in order or in bins."""
        return self.values if self.bins is None else self.bins

    def sampled_only(self) -> Side:
        """The same without the numbers in order, which take the memory."""
        return replace(self, values=NOTHING)

    @property
    def missing(self) -> int:
        """Rows that hold nothing, or a number that is not finite."""
        return self.rows - self.known


def number_side(column: pl.Series, sampled: Rows) -> Side:
    """The side of a normalised column of numbers or booleans; `sampled` are rows of it."""
    values = numbers_of(column)
    kind: Kind = "running" if is_running(column) else "number"
    ordered = np.sort(values)  # NaN goes to the end
    known = int(np.searchsorted(ordered, np.nan))
    if known < len(ordered):
        ordered = ordered[:known].copy()
    return Side(
        kind,
        str(column.dtype),
        len(column),
        known,
        deviation=float(ordered.std()) if known else 0.0,
        values=ordered,
        sampled=values[sampled],
    )


def word_side(column: pl.Series, rows_of: Mapping[str, int], sampled: Rows) -> Side:
    """The side of a column of words, of which each has so many rows."""
    names = tuple(sorted(rows_of))
    known = len(column) - column.null_count()
    kind: Kind = "name" if is_name(len(names), known) else "category"
    shown = column if len(sampled) == len(column) else column.gather(sampled)
    return Side(
        kind,
        str(column.dtype),
        len(column),
        known,
        names=names,
        counts=np.array([rows_of[name] for name in names], dtype=np.int64),
        sampled=shown.cast(pl.Enum(names)).to_physical().cast(pl.Float64).to_numpy(),
    )


def date_side(column: pl.Series) -> Side:
    """The side of a column that is not compared."""
    return Side("date", str(column.dtype), len(column), len(column) - column.null_count())
