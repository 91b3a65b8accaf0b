"""`ColumnCheck`: what one column asks of a value of a row, and what the model sees instead."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from relevo.data.category_text import category_text
from relevo.data.contract import ColumnContract, Contract
from relevo.data.reactions import Reaction, To
from relevo.data.read_value import is_time, read_value
from relevo.data.row_finding import RowFinding
from relevo.words import say

Fine = Callable[[Any], bool]
_MOST = sys.float_info.max
_BITS_OF_A_FLOAT = 1023
_SHOWN = 80
_LISTED = 8


@dataclass(frozen=True)
class ColumnCheck:
    """What one column asks of a value.

    Attributes
    ----------
    column, contract
        What is asked, and the reactions.
    fine
        Whether there is nothing to say about a value, in some 100 ns.

    """

    column: ColumnContract
    contract: Contract
    fine: Fine

    @classmethod
    def of(cls, column: ColumnContract, contract: Contract) -> ColumnCheck:
        """The check of a column."""
        return cls(column, contract, _FINE[column.type](column))

    def mend(self, value: Any, unknown: tuple[str, ...] = ()) -> tuple[Any, list[RowFinding]]:
        """What the model sees of a value, and what is wrong with it.

        Parameters
        ----------
        value
            What came; None for nothing.
        unknown
            The row's columns that the contract does not know: one may be this one, misspelt.

        """
        if self.fine(value):
            return value, []
        if value is None:
            return self._instead("missing"), [self._missing(unknown)]
        if not _OF_TYPE[self.column.type](value):
            return self._read(value)
        if self.column.type == "number":
            return self._outside(value)
        return self._or_usual(value, "unseen"), [self._unseen(value)]

    def _read(self, value: Any) -> tuple[Any, list[RowFinding]]:
        found = self._wrong_type(value)
        read = None if found.refuse else read_value(value, self.column.type)
        if read is None:
            return self._instead("mistyped"), [found]
        seen, more = self.mend(read)
        return seen, [found, *more]

    def _outside(self, value: float) -> tuple[Any, list[RowFinding]]:
        if not -_MOST <= value <= _MOST:
            return self._instead("mistyped"), [self._not_finite(value)]
        return self._or_usual(value, "out_of_range"), [self._out_of_range(value)]

    def _reaction(self, to: To) -> Reaction:
        return self.contract.reaction(self.column, to)

    def _instead(self, to: To) -> Any:
        return self._or_usual(None, to)

    def _or_usual(self, value: Any, to: To) -> Any:
        return self.column.usual if self._reaction(to) == "impute" else value

    def _missing(self, unknown: tuple[str, ...]) -> RowFinding:
        expected, got = say(f"contract.type.{self.column.type}"), say("contract.missing.value")
        reaction = self._reaction("missing")
        return RowFinding(self.column.name, "missing", expected, got, reaction, unknown)

    def _wrong_type(self, value: Any) -> RowFinding:
        expected = say(f"contract.type.{self.column.type}")
        got = say("contract.row.value", value=_shown(value), kind=type(value).__name__)
        return RowFinding(self.column.name, "type", expected, got, self._reaction("mistyped"))

    def _not_finite(self, value: float) -> RowFinding:
        expected = say("contract.finite.expected")
        reaction = self._reaction("mistyped")
        return RowFinding(self.column.name, "finite", expected, _shown(value), reaction)

    def _out_of_range(self, value: float) -> RowFinding:
        low, high = number_range(self.column)
        expected = say("contract.range.expected", low=f"{low:g}", high=f"{high:g}")
        reaction = self._reaction("out_of_range")
        return RowFinding(self.column.name, "range", expected, f"{value:g}", reaction)

    def _unseen(self, value: Any) -> RowFinding:
        known = self.column.categories
        listed = ", ".join(known[:_LISTED]) + (", …" if len(known) > _LISTED else "")
        expected = say("contract.categories.expected", categories=listed)
        got, reaction = _shown(value), self._reaction("unseen")
        return RowFinding(self.column.name, "categories", expected, got, reaction, known)


def number_range(column: ColumnContract) -> tuple[float, float]:
    """The finite numbers, both ends included, that a column holds."""
    # Whole numbers of JSON may be beyond what a float holds: no infinity here.
    low = -_MOST if column.low is None else max(column.low, -_MOST)
    return low, _MOST if column.high is None else min(column.high, _MOST)


def _number(column: ColumnContract) -> Fine:
    low, high = number_range(column)
    may_be_missing = column.missing > 0

    def fine(value: Any) -> bool:
        kind = value.__class__
        if kind is float or kind is int:
            within: bool = low <= value <= high
            return within
        return value is None and may_be_missing

    return fine


def _boolean(column: ColumnContract) -> Fine:
    may_be_missing = column.missing > 0
    return lambda value: value is True or value is False or (value is None and may_be_missing)


def _category(column: ColumnContract) -> Fine:
    known = frozenset(column.categories)
    may_be_missing = column.missing > 0

    def closed(value: Any) -> bool:
        if value.__class__ is str:
            return value in known
        if value is None:
            return may_be_missing
        return _is_category(value) and category_text(value) in known

    def open_to_new(value: Any) -> bool:
        return value.__class__ is str or (may_be_missing if value is None else _is_category(value))

    return closed if known else open_to_new


def _text(column: ColumnContract) -> Fine:
    may_be_missing = column.missing > 0
    return lambda value: isinstance(value, str) or (value is None and may_be_missing)


def _time(column: ColumnContract) -> Fine:
    may_be_missing = column.missing > 0
    return lambda value: may_be_missing if value is None else _is_time(value)


def _is_number(value: Any) -> bool:
    return value.__class__ is float or value.__class__ is int


def _is_category(value: Any) -> bool:
    if isinstance(value, int):
        return value.bit_length() <= _BITS_OF_A_FLOAT
    return isinstance(value, str) or (isinstance(value, float) and value.is_integer())


def _is_time(value: Any) -> bool:
    return is_time(value) if isinstance(value, str) else isinstance(value, date)


def _shown(value: Any) -> str:
    is_huge = isinstance(value, int) and value.bit_length() > _BITS_OF_A_FLOAT
    return "…" if is_huge else str(value)[:_SHOWN]


_FINE: dict[str, Callable[[ColumnContract], Fine]] = {
    "number": _number,
    "boolean": _boolean,
    "category": _category,
    "text": _text,
    "date": _time,
    "datetime": _time,
}
_OF_TYPE: dict[str, Callable[[Any], bool]] = {
    "number": _is_number,
    "boolean": lambda value: isinstance(value, bool),
    "category": _is_category,
    "text": lambda value: isinstance(value, str),
    "date": _is_time,
    "datetime": _is_time,
}
