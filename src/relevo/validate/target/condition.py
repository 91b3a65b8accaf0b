"""`Condition`: a part of a population that one column describes, in words and as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.picture.number import number
from relevo.validate.target.kinds import kind_of, numbers_of
from relevo.words import say

Bools = NDArray[np.bool_]
Form = Literal["is", "missing", "above", "below", "between"]


@dataclass(frozen=True)
class Condition:
    """Which values of a column.

    Attributes
    ----------
    column
        Its name.
    form
        `is` a category, `missing`, `above` a number, `below` or at one, or `between` two.
    value
        The category.
    low, high
        In the column's unit; a number above `low`, up to and with `high`.

    """

    column: str
    form: Form
    value: str | None = None
    low: float = -np.inf
    high: float = np.inf

    @classmethod
    def of_range(cls, column: str, low: float, high: float) -> Condition:
        """Numbers above `low`, up to and with `high`; either may be infinite."""
        form: Form = "below" if np.isneginf(low) else "above" if np.isposinf(high) else "between"
        return cls(column, form, None, low, high)

    @property
    def text(self) -> str:
        """As a person reads it, in the language in force."""
        return self.said()

    def said(self, lang: str | None = None) -> str:
        """As a person reads it, in `lang`."""
        return say(
            f"population.{self.form}",
            lang,
            column=self.column,
            value=self.value,
            low=number(self.low),
            high=number(self.high),
        )

    def holds(self, rows: pl.DataFrame) -> Bools:
        """Which rows it holds for, `(n_rows,)`; an infinite number counts as missing."""
        column = rows[self.column]
        if self.form == "is":
            return np.asarray((column.cast(pl.String) == self.value).fill_null(False).to_numpy())
        if kind_of(column) == "category":
            return np.asarray(column.is_null().to_numpy())
        numbers = numbers_of(column)
        if self.form == "missing":
            return np.isnan(numbers)
        return np.asarray((numbers > self.low) & (numbers <= self.high))


def together(conditions: Sequence[Condition], rows: pl.DataFrame) -> Bools:
    """The rows for which all of the conditions hold, `(n_rows,)`."""
    return np.asarray(np.all([condition.holds(rows) for condition in conditions], axis=0))


def rule(conditions: Sequence[Condition], lang: str | None = None) -> str:
    """The conditions as one rule in words."""
    return f" {say('words.and', lang)} ".join(condition.said(lang) for condition in conditions)
