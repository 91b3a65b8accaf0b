"""`check_rows`: every row of a request against the contract, before any is scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextvars import copy_context
from typing import Any

from relevo.data.row_check import RowFinding
from relevo.model.model import Model
from relevo.serve.in_slices import in_slices
from relevo.serve.keys import key_text
from relevo.serve.metrics import Metrics
from relevo.serve.refusal import invalid
from relevo.serve.scalar import is_scalar
from relevo.words import say, use_language

_MOST_FINDINGS = 100


async def check_rows(
    model: Model, rows: Sequence[Any], lang: str, metrics: Metrics
) -> list[list[RowFinding]]:
    """The warnings about each row.

    Raises
    ------
    Refusal
        422 when a row breaks the contract, with what is wrong in the first rows that do.

    """
    spoken = copy_context()
    spoken.run(use_language, lang)
    warnings, refused = [], []
    async for position, row in in_slices(rows):
        found = spoken.run(_findings, model, row)
        warnings.append(found)
        broken = [described(finding) | {"row": position} for finding in found if finding.refuse]
        if broken:
            metrics.add("refused_rows_total", rule=broken[0]["rule"])
        refused += broken
    if refused:
        raise invalid("serve.invalid_rows", refused[:_MOST_FINDINGS], **refused[0])
    return warnings


def described(finding: RowFinding) -> dict[str, Any]:
    """A finding as an answer shows it."""
    return {
        "column": finding.column,
        "rule": finding.rule,
        "expected": finding.expected,
        "got": finding.got,
    }


def _findings(model: Model, row: Any) -> list[RowFinding]:
    if row.__class__ is not dict:
        return [_wrong("", "contract.row.object", row)]
    beyond = [name for name, value in row.items() if not is_scalar(value)]
    if beyond:
        return [_wrong(name, "serve.one_value", row[name]) for name in beyond]
    return _misnamed(model, row) or model.check_row(row)


def _misnamed(model: Model, row: Mapping[str, Any]) -> list[RowFinding]:
    name = model.problem.roles.id
    if name is None or row.get(name) is None or key_text(row[name]) is not None:
        return []
    return [_wrong(name, "serve.name_of_row", row[name])]


def _wrong(column: str, expected: str, value: Any) -> RowFinding:
    shown = str(value)[:80] if is_scalar(value) else "…"
    got = say("contract.row.value", value=shown, kind=type(value).__name__)
    return RowFinding(column, "type", say(expected), got)
