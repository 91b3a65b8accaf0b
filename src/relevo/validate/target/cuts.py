"""`Cuts`: columns cut into parts, and every condition on one column that these parts allow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.validate.target.condition import Condition
from relevo.validate.target.kinds import kind_of, numbers_of

Singles = NDArray[np.float32]
Bools = NDArray[np.bool_]

_FINEST = 2**-40  # of the largest edge: nearer ones would be written alike


@dataclass(frozen=True, eq=False)
class Cuts:
    """The conditions that a search goes through.

    Attributes
    ----------
    conditions
        All of them: categories, missing values, and ranges of numbers between quantiles.

    """

    conditions: tuple[Condition, ...]

    @classmethod
    def of(cls, rows: pl.DataFrame, bins: int, levels: int) -> Cuts:
        """Of these rows: numbers in `bins` parts of equal size, the `levels` commonest categories.

        Columns that hold neither, or one value only, are left out.
        """
        return cls(tuple(one for name in rows.columns for one in _of(rows[name], bins, levels)))

    @cached_property
    def owners(self) -> NDArray[np.intp]:
        """The position of each condition's column among the distinct ones, `(n_conditions,)`."""
        places = {name: at for at, name in enumerate(dict.fromkeys(self._names))}
        return np.array([places[name] for name in self._names], dtype=np.intp)

    @property
    def _names(self) -> list[str]:
        return [condition.column for condition in self.conditions]

    @cached_property
    def pairs(self) -> Bools:
        """Which pairs of conditions are on two columns, each once: `(n_conditions,) * 2`."""
        return self.owners[:, None] < self.owners[None, :]

    def held(self, rows: pl.DataFrame) -> Singles:
        """Where each condition holds as ones, `(n_rows, n_conditions)`."""
        matrix = np.empty((rows.height, len(self.conditions)), np.float32, order="F")
        for at, condition in enumerate(self.conditions):
            matrix[:, at] = condition.holds(rows)
        return matrix


def _of(column: pl.Series, bins: int, levels: int) -> Iterator[Condition]:
    kind = kind_of(column)
    if kind is None:
        return
    if kind == "category" or column.dtype == pl.Boolean:
        yield from _categories(column, levels)
        return
    numbers = numbers_of(column)
    missing = np.isnan(numbers)
    if 0 < missing.sum() < len(missing):
        yield Condition(column.name, "missing")
    edges = edges_between(numbers[~missing], bins)
    ends = [-np.inf, *edges, np.inf]
    for start in range(len(ends) - 1):
        for end in range(start + 1, len(ends)):
            if (start, end) != (0, len(ends) - 1):
                yield Condition.of_range(column.name, ends[start], ends[end])


def _categories(column: pl.Series, levels: int) -> Iterator[Condition]:
    counted = column.cast(pl.String).rename("value").to_frame().group_by("value").len()
    ordered = counted.sort("len", "value", descending=[True, False])["value"].to_list()
    if len(ordered) < 2:
        return
    for value in ordered[:levels]:
        yield Condition(column.name, "missing" if value is None else "is", value)


def edges_between(numbers: NDArray[np.float64], bins: int) -> list[float]:
    """Quantiles, values of the column, that cut it in parts; the largest is none."""
    if not len(numbers):
        return []
    wanted = np.linspace(0, 1, bins + 1)[1:-1]
    found = np.unique(np.quantile(numbers, wanted, method="inverted_cdf"))
    size = np.abs(found).max() or 1.0  # the difference of the largest floats overflows
    apart = np.diff(found / size, prepend=-np.inf) > _FINEST
    return [float(edge) for edge in found[apart] if edge < numbers.max()]
