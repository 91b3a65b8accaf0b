"""The contract compiled for one row: what the endpoint asks of every row, in microseconds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from relevo.data.column_check import ColumnCheck
from relevo.data.contract import Contract
from relevo.data.row_finding import RowFinding
from relevo.words import say

__all__ = ["Checked", "Row", "RowFinding", "compile_row_check"]

Row = Mapping[str, Any]
_COMPARED = 50  # unknown columns of a row that a missing one is compared with


class Checked(NamedTuple):
    """A row, checked.

    Attributes
    ----------
    row
        The row to score: the one that came where nothing had to be replaced or left out.
    findings
        What is wrong with the row that came; empty when nothing is.

    """

    row: Row
    findings: Sequence[RowFinding] = ()

    @property
    def refuse(self) -> bool:
        """Whether the row is not to be scored."""
        return any(finding.refuse for finding in self.findings)


def compile_row_check(contract: Contract) -> Callable[[Row], Checked]:
    """A function that gives every finding about one row, and the row that the model is to see.

    Columns that a batch may lack (the target, an id, a weight) are let through unchecked.

    Examples
    --------
    >>> from relevo.data.contract import ColumnContract
    >>> age = ColumnContract("age", "number", low=0.0, high=120.0, usual=37.0)
    >>> row_check = compile_row_check(Contract((age,), mistyped="warn", out_of_range="impute"))
    >>> row_check({"age": 30})
    Checked(row={'age': 30}, findings=())
    >>> row, findings = row_check({"age": "3000"})
    >>> row, [finding.rule for finding in findings]
    ({'age': 37.0}, ['type', 'range'])

    """
    checks = tuple(ColumnCheck.of(column, contract) for column in contract.required)
    fine_of = tuple((check.column.name, check.fine) for check in checks)
    all_known = frozenset(contract.names).issuperset

    def row_check(row: Row) -> Checked:
        get = row.get
        for name, fine in fine_of:
            if not fine(get(name)):
                return _mended(row, checks, contract)
        return Checked(row) if all_known(row) else _mended(row, checks, contract)

    return row_check


def _mended(row: Row, checks: Sequence[ColumnCheck], contract: Contract) -> Checked:
    unknown = [name for name in row if name not in contract]
    candidates = tuple(str(name) for name in islice(unknown, _COMPARED))
    findings: list[RowFinding] = []
    replaced: dict[str, Any] = {}
    for check in checks:
        value = row.get(check.column.name)
        seen, found = check.mend(value, candidates)
        findings += found
        if seen is not value:
            replaced[check.column.name] = seen
    findings += [_extra(name, contract) for name in unknown]
    if replaced or unknown:
        row = {name: row[name] for name in row if name in contract} | replaced
    return Checked(row, tuple(findings))


def _extra(name: str, contract: Contract) -> RowFinding:
    expected = say("contract.known.expected", columns="…")
    got = say("contract.known.got", column=name)
    return RowFinding(name, "known", expected, got, contract.extra, contract.names)
