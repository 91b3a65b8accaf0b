"""`score_rows`: rows checked, predicted and logged, whatever protocol they came by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from relevo.data.row_check import RowFinding
from relevo.model.model import Model
from relevo.serve.check_rows import check_rows
from relevo.serve.in_slices import in_slices
from relevo.serve.keys import key_text
from relevo.serve.refusal import invalid
from relevo.store.ids import new_id
from relevo.store.records import PredictionRecord
from relevo.words import say

if TYPE_CHECKING:
    from relevo.serve.service import Service


@dataclass(frozen=True)
class Scored:
    """What the store keeps of a row as it came, the warnings about it, and what was scored."""

    record: PredictionRecord
    warnings: Sequence[RowFinding]
    row: Mapping[str, Any]


async def score_rows(
    service: Service, model: Model, rows: Sequence[Any], lang: str
) -> list[Scored]:
    """Check all rows, then predict all, then have them on disk: all of them or none.

    Raises
    ------
    Refusal
        422 when a row breaks the contract, 503 when too many predictions wait for the store.
    StoreMistake
        When the store refuses them.

    """
    checked = await check_rows(model, rows, lang, service.metrics)
    at = datetime.now(UTC)
    scored = []
    async for position, row in in_slices(rows):
        try:
            prediction = model.predict_row(checked[position].row)
        except OverflowError as error:  # a time at the end of the calendar, in another time zone
            finding = _beyond(position, error, lang)
            raise invalid("serve.invalid_rows", [finding], **finding) from error
        seen, warnings = checked[position]
        scored.append(Scored(_record(model, row, prediction, at), warnings, seen))
    await service.log.keep([one.record for one in scored])
    service.metrics.predictions += len(scored)
    return scored


def _record(
    model: Model, row: dict[str, Any], prediction: dict[str, Any], at: datetime
) -> PredictionRecord:
    name = model.problem.roles.id
    row_id = key_text(row.get(name)) if name else None
    return PredictionRecord(new_id(at), row_id, at, model.version, row, prediction, "endpoint")


def _beyond(position: int, error: OverflowError, lang: str) -> dict[str, Any]:
    expected = say("contract.finite.expected", lang)
    return {
        "row": position,
        "column": "",
        "rule": "finite",
        "expected": expected,
        "got": str(error),
    }
