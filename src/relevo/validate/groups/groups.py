"""`Groups`: the rows of a column in groups with names: its categories, or bands of its numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from relevo.data.category_text import category_texts
from relevo.errors import DataMistake
from relevo.model.model import Model
from relevo.validate.target.condition import Condition
from relevo.validate.target.cuts import edges_between
from relevo.validate.target.kinds import numbers_of
from relevo.words import say

Codes = NDArray[np.intp]

FEW_VALUES = 10  # numbers with no more distinct values are groups of their own
BANDS = 4  # quartiles
MOST = 50  # the commonest; the rest is pooled


@dataclass(frozen=True, eq=False)
class Groups:
    """Which group of a column each row is in.

    Attributes
    ----------
    column
        Its name.
    names
        Of each group, as a person reads it.
    codes
        Shape `(n_rows,)`: the position of the row's group.
    too_small
        Names of groups that were put together because they had too few rows.

    """

    column: str
    names: tuple[str, ...]
    codes: Codes
    too_small: tuple[str, ...] = ()

    @classmethod
    def of(cls, column: pl.Series, category: bool = False) -> Groups:
        """Of a column: a number with more than ten values by quartile, all else by its values.

        Missing values are a group. Times are grouped by quartile as well; nothing is when it is a
        `category`, such as the numbers of schools.
        """
        if category:
            return cls._by_value(column)
        if column.dtype.is_temporal():
            column = column.cast(pl.Date, strict=False)
        banded = column.dtype.is_numeric() or column.dtype == pl.Date
        if not banded or column.n_unique() <= FEW_VALUES:
            return cls._by_value(column)
        numbers = numbers_of(column.to_physical())
        missing = np.isnan(numbers)
        ends = [-np.inf, *edges_between(numbers[~missing], BANDS), np.inf]
        codes = np.searchsorted(ends[1:-1], numbers, side="left")
        codes[missing] = len(ends) - 1
        bands = [_band(column, low, high) for low, high in pairwise(ends)]
        gaps = Condition(column.name, "missing").text
        return cls(column.name, (*bands, gaps), codes.astype(np.intp))._without_empty()

    @classmethod
    def of_labels(cls, name: str, labels: ArrayLike) -> Groups:
        """Of labels, `(n_rows,)`, each of which is a group."""
        return cls._by_value(pl.Series(name, np.asarray(labels).tolist(), strict=False))

    @classmethod
    def _by_value(cls, column: pl.Series) -> Groups:
        texts = category_texts(column)
        counted = texts.rename("value").to_frame().group_by("value").len()
        values = counted.sort("len", "value", descending=[True, False])["value"].to_list()
        places = {value: at for at, value in enumerate(values)}
        codes = np.array([places[value] for value in texts.to_list()], dtype=np.intp)
        conditions = [
            Condition(column.name, "missing" if value is None else "is", value) for value in values
        ]
        return cls(column.name, tuple(one.text for one in conditions), codes)

    @property
    def rows(self) -> Codes:
        """How many rows each group has, `(n_groups,)`."""
        return np.bincount(self.codes, minlength=len(self.names))

    def pooled(self, fewest: int) -> Groups:
        """The same, with groups of fewer rows, and those beyond the 50 largest, put together."""
        ranked = np.argsort(-self.rows, kind="stable")
        small = np.zeros(len(self.names), dtype=bool)
        small[ranked[MOST:]] = True
        small |= self.rows < fewest
        if not small.any():
            return self
        kept = np.flatnonzero(~small)
        places = np.full(len(self.names), len(kept))
        places[kept] = np.arange(len(kept))
        left = tuple(self.names[at] for at in np.flatnonzero(small))
        names = (*(self.names[at] for at in kept), say("subgroups.others", column=self.column))
        return Groups(self.column, names, places[self.codes].astype(np.intp), left)

    def _without_empty(self) -> Groups:
        kept = np.flatnonzero(self.rows)
        places = np.zeros(len(self.names), np.intp)
        places[kept] = np.arange(len(kept))
        return Groups(self.column, tuple(self.names[at] for at in kept), places[self.codes])


def groups_in(
    rows: pl.DataFrame, columns: Iterable[str], model: Model, fewest: int
) -> list[Groups]:
    """The groups of some columns; segments, sites and what the contract calls so are categories.

    Raises
    ------
    DataMistake
        When the rows lack a column.

    """
    named = list(dict.fromkeys(columns))
    absent = [name for name in named if name not in rows.columns]
    if absent:
        raise DataMistake("subgroups.no_column", column=absent[0], known=", ".join(rows.columns))
    return [Groups.of(rows[name], _is_category(name, model)).pooled(fewest) for name in named]


def _is_category(name: str, model: Model) -> bool:
    roles, contract = model.problem.roles, model.contract
    if name in (*roles.segment, roles.site):
        return True
    return name in contract and contract[name].type == "category"


def _band(column: pl.Series, low: float, high: float) -> str:
    if column.dtype != pl.Date:
        return Condition.of_range(column.name, low, high).text
    ends = {
        name: str(np.datetime64(int(end), "D")) for name, end in (("low", low), ("high", high))
        if np.isfinite(end)
    }  # fmt: skip
    form = "between" if len(ends) == 2 else "above" if "low" in ends else "below"
    return say(f"population.{form}", column=column.name, **ends)
