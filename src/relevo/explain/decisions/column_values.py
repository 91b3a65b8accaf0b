"""`ColumnValues`: what a column can be changed to, and `Moves`: the same for one row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.data.category_text import category_text
from relevo.data.contract import ColumnContract
from relevo.explain.decisions.column_features import ColumnFeatures
from relevo.prepare.category import Category
from relevo.prepare.moment import as_time
from relevo.prepare.step import Step

Floats = NDArray[np.float64]
Direction = Literal["both", "up", "down", "none"]

_GRID = 32
_FINE = 257
_MOST_CATEGORIES = 64
_DIGITS = 3
_APART = 0.5


@dataclass(frozen=True)
class Moves:
    """What one column of one row can be changed to.

    Attributes
    ----------
    column
        Its name.
    places
        Of its features in a prepared row.
    values
        The new values, in their order where they have one.
    features
        The same prepared, `(n_values, len(places))`.
    distances
        From what the row holds: standard deviations of a number or a time, 1 for a category,
        `(n_values,)`.
    rises
        Whether the new value is above the row's, `(n_values,)`; False without an order.
    coarse
        The positions of those that are tried first.

    """

    column: str
    places: NDArray[np.intp]
    values: tuple[Any, ...]
    features: Floats
    distances: Floats
    rises: NDArray[np.bool_]
    coarse: NDArray[np.intp]

    def apart(self, one: int, other: int) -> bool:
        """Whether two of the values are clearly different: half a deviation, or categories."""
        if len(self.coarse) and isinstance(self.values[one], str | bool):
            return one != other
        way = np.where(self.rises, self.distances, -self.distances)
        return bool(abs(way[one] - way[other]) >= _APART)


@dataclass(frozen=True)
class ColumnValues:
    """The values of a column that occur.

    Attributes
    ----------
    column, places
        As in `Moves`.
    values, features
        All of them; ascending where they have an order.
    order
        Where they stand on a line, `(n_values,)`; None for categories.
    spread
        The standard deviation of `order`.

    """

    column: str
    places: NDArray[np.intp]
    values: tuple[Any, ...]
    features: Floats
    order: Floats | None
    spread: float

    @classmethod
    def of(
        cls,
        column: ColumnContract,
        steps: Sequence[Step],
        features: ColumnFeatures,
        spread: float,
        seen: pl.Series | None,
    ) -> ColumnValues:
        """The values of a column: those seen, else those that the contract and a step name.

        Texts, and times of which none was seen, have none.
        """
        values = _values(column, steps, seen)
        order = None
        if column.type in ("number", "date", "datetime"):
            order = np.array([_on_line(value) for value in values], np.float64)
            spread = spread if column.type == "number" else float(order.std()) if values else 0.0
        return cls(
            column.name,
            features.places[column.name],
            values,
            np.array([features.encode(column.name, value) for value in values]),
            order,
            spread or 1.0,
        )

    def moves(self, before: Any, direction: Direction = "both") -> Moves:
        """What can become of a row that holds `before`."""
        n_values = len(self.values)
        if direction == "none" or (self.order is None and direction != "both"):
            return self._taken(np.zeros(0, np.intp), np.zeros(n_values), before)
        if self.order is None or before is None:
            held = "" if before is None else category_text(before)
            kept = [category_text(value) != held for value in self.values]
            return self._taken(np.flatnonzero(kept), np.ones(n_values), before)
        way = (self.order - _on_line(before)) / self.spread
        sign = {"both": np.abs(way), "up": way, "down": -way}[direction]
        return self._taken(np.flatnonzero(sign > 0.0), way, before)

    def _taken(self, at: NDArray[np.intp], way: Floats, before: Any) -> Moves:
        coarse = np.arange(len(at))
        if self.order is not None and len(at) > _GRID:
            coarse = np.unique(np.linspace(0, len(at) - 1, _GRID).round().astype(np.intp))
        return Moves(
            self.column,
            self.places,
            tuple([_as_before(self.values[place], before) for place in at.tolist()]),
            self.features[at] if len(at) else np.zeros((0, len(self.places))),
            np.abs(way[at]),
            way[at] > 0.0,
            coarse,
        )


def _values(
    column: ColumnContract, steps: Sequence[Step], seen: pl.Series | None
) -> tuple[Any, ...]:
    if column.type == "boolean":
        return (False, True)
    if column.type == "category":
        return _categories(column, steps, seen)
    if column.type == "text":
        return ()
    if seen is not None:
        return _seen(column, seen)
    return _from_range(column) if column.type == "number" else ()


def _categories(
    column: ColumnContract, steps: Sequence[Step], seen: pl.Series | None
) -> tuple[Any, ...]:
    """Frequent ones: the others are all alike to the model, and no advice for anybody."""
    frequent = next((step.frequent for step in steps if isinstance(step, Category)), ())
    occurring = None if seen is None else frozenset(seen.drop_nulls().unique().to_list())
    closed = frozenset(column.categories)
    return tuple(
        value
        for value in frequent[:_MOST_CATEGORIES]
        if (not closed or value in closed) and (occurring is None or value in occurring)
    )


def _seen(column: ColumnContract, seen: pl.Series) -> tuple[Any, ...]:
    known = seen.drop_nulls()
    if column.type == "number":
        known = known.filter(known.is_finite())
        if column.low is not None and column.high is not None:
            known = known.filter((known >= column.low) & (known <= column.high))
    return tuple(known.unique().sort().to_list())


def _from_range(column: ColumnContract) -> tuple[Any, ...]:
    if column.level is None:
        return () if column.usual is None else (column.usual,)
    marks = (*column.level, column.usual, column.low)
    if all(mark is None or float(mark).is_integer() for mark in marks):
        spaced = np.linspace(*column.level, _FINE).round()
    else:
        spaced = np.array([float(f"{at:.{_DIGITS}g}") for at in np.linspace(*column.level, _FINE)])
    return tuple(np.unique(spaced).tolist())


def _on_line(value: Any) -> float:
    if isinstance(value, date | datetime | str):
        return (as_time(value) - datetime(1970, 1, 1)).total_seconds()
    return float(value)


def _as_before(value: Any, before: Any) -> Any:
    """A value in the form in which the row holds the one that it replaces."""
    if isinstance(value, float) and type(before) is int and value.is_integer():
        return int(value)
    if isinstance(value, date) and isinstance(before, str):
        return value.isoformat()
    return value
