"""`check_rows`: every row of a request against the contract, before any is scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextvars import copy_context
from typing import Any

from relevo.data.row_check import Checked, RowFinding
from relevo.model.model import Model
from relevo.serve.in_slices import in_slices
from relevo.serve.keys import key_text
from relevo.serve.metrics import Metrics
from relevo.serve.refusal import Refusal, invalid
from relevo.serve.scalar import is_scalar
from relevo.words import say, use_language

MOST_COMPARED = 20
_MOST_FINDINGS = 100


async def check_rows(
    model: Model, rows: Sequence[Any], lang: str, metrics: Metrics
) -> list[Checked]:
    """Each row as it is to be scored, with the warnings about the one that came.

    Raises
    ------
    Refusal
        422 when a row breaks the contract, with what is wrong in the first rows that do.

    """
    spoken = copy_context()
    spoken.run(use_language, lang)
    all_checked: list[Checked] = []
    refused: list[tuple[int, RowFinding]] = []
    async for position, row in in_slices(rows):
        checked = spoken.run(_checked, model, row)
        all_checked.append(checked)
        if checked.findings:
            broken = [finding for finding in checked.findings if finding.refuse]
            metrics.refused_rows += bool(broken)
            refused += [(position, finding) for finding in broken]
    if refused:
        raise spoken.run(_refusal, refused[:_MOST_FINDINGS])
    return all_checked


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
