"""`check_rows`: every row of a request checked and prepared, before any is scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextvars import copy_context
from typing import Any, cast

from relevo.data.row_check import Checked, RowFinding
from relevo.model.model import Model, Vector
from relevo.serve.arrived import Arrived
from relevo.serve.in_slices import in_slices
from relevo.serve.keys import key_text
from relevo.serve.metrics import Metrics
from relevo.serve.refusal import Refusal, invalid
from relevo.serve.scalar import is_scalar
from relevo.words import say, use_language

MOST_COMPARED = 20
_MOST_FINDINGS = 100
_NOTHING: Vector = cast("Vector", ())


async def check_rows(model: Model, rows: Sequence[Any], lang: str, metrics: Metrics) -> Arrived:
    """Each row as the model is to see it, with the warnings about the one that came.

    Raises
    ------
    Refusal
        422 when a row breaks the contract, with what is wrong in the first rows that do.

    """
    spoken = copy_context()
    spoken.run(use_language, lang)
    mended: list[Any] = []
    seen: list[Vector] = []
    warnings: list[Sequence[RowFinding]] = []
    refused: list[tuple[int, RowFinding]] = []
    async for position, row in in_slices(rows):
        checked = spoken.run(_checked, model, row)
        prepared, findings = spoken.run(_prepared, model, checked)
        broken = [finding for finding in findings if finding.refuse]
        if broken:
            metrics.add("refused_rows_total", rule=broken[0].rule)
            refused += [(position, finding) for finding in broken]
        else:
            mended.append(checked.row)
            seen.append(prepared)
            warnings.append(findings)
    if refused:
        raise spoken.run(_refusal, refused[:_MOST_FINDINGS])
    name = model.problem.roles.id
    names = [key_text(row.get(name)) if name else None for row in rows]
    return Arrived(rows, names, mended, seen, warnings if any(warnings) else ())


def described(finding: RowFinding, compared: bool = True) -> dict[str, Any]:
    """A finding as an answer shows it.

    Parameters
    ----------
    finding
        What is wrong.
    compared
        Whether to look for the nearest right name: up to milliseconds, so only for the first.

    """
    near = finding.nearest() if compared else ""
    return {
        "column": finding.column,
        "rule": finding.rule,
        "expected": finding.expected,
        "got": finding.got,
        "reaction": finding.reaction,
        **({"nearest": near} if near else {}),
    }


def _refusal(refused: Sequence[tuple[int, RowFinding]]) -> Refusal:
    shown = [
        described(finding, place < MOST_COMPARED) | {"row": position}
        for place, (position, finding) in enumerate(refused)
    ]
    return invalid("serve.invalid_rows", shown, **shown[0], hint=refused[0][1].hint())


def _prepared(model: Model, checked: Checked) -> tuple[Vector, Sequence[RowFinding]]:
    if checked.refuse:
        return _NOTHING, checked.findings
    try:
        return model.preparation.row(checked.row), checked.findings
    except OverflowError as error:  # a time at the end of the calendar, in another time zone
        beyond = RowFinding("", "finite", say("contract.finite.expected"), str(error))
        return _NOTHING, (beyond,)


def _checked(model: Model, row: Any) -> Checked:
    if row.__class__ is not dict:
        return Checked(row, (_wrong("", "contract.row.object", row),))
    beyond = [name for name, value in row.items() if not is_scalar(value)]
    if beyond:
        return Checked(row, tuple(_wrong(name, "serve.one_value", row[name]) for name in beyond))
    return _misnamed(model, row) or model.check_row(row)


def _misnamed(model: Model, row: Mapping[str, Any]) -> Checked | None:
    name = model.problem.roles.id
    if name is None or row.get(name) is None or key_text(row[name]) is not None:
        return None
    return Checked(row, (_wrong(name, "serve.name_of_row", row[name]),))


def _wrong(column: str, expected: str, value: Any) -> RowFinding:
    shown = str(value)[:80] if is_scalar(value) else "…"
    got = say("contract.row.value", value=shown, kind=type(value).__name__)
    return RowFinding(column, "type", say(expected), got)
