"""The contract compiled for one row: what the endpoint asks of every row, in microseconds."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from relevo.data.category_text import category_text
from relevo.data.contract import ColumnContract, Contract, Reaction
from relevo.words import say

Row = Mapping[str, Any]
_Check = Callable[[Any], "RowFinding | None"]


@dataclass(frozen=True)
class RowFinding:
    """What is wrong with one value of a row.

    Attributes
    ----------
    column, rule
        Which column breaks which rule.
    expected, got
        What the contract asks for and what came, in words.
    refuse
        Whether the row is refused; otherwise it is answered with a warning.

    """

    column: str
    rule: str
    expected: str
    got: str
    refuse: bool = True


def compile_row_check(contract: Contract) -> Callable[[Row], list[RowFinding]]:
    """A function that gives every finding about one row; an empty list when the row is fine.

    Columns that a batch may lack (the target, an id, a weight) are let through unchecked.
    """
    checks = [(column.name, _compile(column, contract)) for column in contract.required]
    known = frozenset(contract.names)
    n_required = len(checks)
    refuse_extra: Reaction = contract.extra

    def row_check(row: Row) -> list[RowFinding]:
        findings = [found for name, ask in checks if (found := ask(row.get(name))) is not None]
        if len(row) > n_required:
            findings += [_extra(name, refuse_extra) for name in row if name not in known]
        return findings

    return row_check


def _compile(column: ColumnContract, contract: Contract) -> _Check:
    of_type = {
        "number": _number,
        "boolean": _boolean,
        "category": _category,
        "text": _text,
        "date": _time,
        "datetime": _time,
    }[column.type](column, contract)
    may_be_missing = column.missing > 0

    def ask(value: Any) -> RowFinding | None:
        if value is None:
            if may_be_missing:
                return None
            expected = say(f"contract.type.{column.type}")
            return RowFinding(column.name, "missing", expected, say("contract.missing.value"))
        return of_type(value)

    return ask


def _number(column: ColumnContract, contract: Contract) -> _Check:
    low = -math.inf if column.low is None else column.low
    high = math.inf if column.high is None else column.high
    refuse = contract.out_of_range == "refuse"

    def ask(value: Any) -> RowFinding | None:
        if value.__class__ is not float and value.__class__ is not int:
            return _wrong_type(column, value)
        if low <= value <= high:
            return None
        if not math.isfinite(value):
            expected = say("contract.finite.expected")
            return RowFinding(column.name, "finite", expected, str(value))
        expected = say("contract.range.expected", low=f"{low:g}", high=f"{high:g}")
        return RowFinding(column.name, "range", expected, f"{value:g}", refuse)

    return ask


def _boolean(column: ColumnContract, contract: Contract) -> _Check:
    return lambda value: None if isinstance(value, bool) else _wrong_type(column, value)


def _category(column: ColumnContract, contract: Contract) -> _Check:
    known = frozenset(column.categories)
    refuse = contract.unseen == "refuse"

    def ask(value: Any) -> RowFinding | None:
        if not isinstance(value, (str, int)) and not _whole(value):
            return _wrong_type(column, value)
        if not known or category_text(value) in known:
            return None
        listed = ", ".join(column.categories[:8]) + (", …" if len(known) > 8 else "")
        expected = say("contract.categories.expected", categories=listed)
        return RowFinding(column.name, "categories", expected, str(value)[:80], refuse)

    return ask


def _whole(value: Any) -> bool:
    return isinstance(value, float) and value.is_integer()


def _text(column: ColumnContract, contract: Contract) -> _Check:
    return lambda value: None if isinstance(value, str) else _wrong_type(column, value)


def _time(column: ColumnContract, contract: Contract) -> _Check:
    def ask(value: Any) -> RowFinding | None:
        if isinstance(value, date):
            return None
        if isinstance(value, str):
            try:
                datetime.fromisoformat(value).astimezone(UTC)
            except (ValueError, OverflowError):
                return _wrong_type(column, value)
            return None
        return _wrong_type(column, value)

    return ask


def _wrong_type(column: ColumnContract, value: Any) -> RowFinding:
    got = say("contract.row.value", value=str(value)[:80], kind=type(value).__name__)
    return RowFinding(column.name, "type", say(f"contract.type.{column.type}"), got)


def _extra(name: str, reaction: Reaction) -> RowFinding:
    return RowFinding(
        name,
        "known",
        say("contract.known.expected", columns="…"),
        say("contract.known.got", column=name),
        reaction == "refuse",
    )
