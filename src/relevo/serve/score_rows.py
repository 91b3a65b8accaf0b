"""`score_rows`: rows checked, predicted and kept, whatever protocol they came by."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter, time_ns
from typing import TYPE_CHECKING, Any

import msgspec

from relevo.data.row_check import RowFinding
from relevo.errors import UserMistake
from relevo.model.model import UNSEEN, Model
from relevo.serve.check_rows import check_rows
from relevo.serve.keys import key_text
from relevo.serve.models import share_of
from relevo.serve.refusal import Refusal, invalid
from relevo.serve.scorer import Scorer
from relevo.store.ids import new_ids
from relevo.words import say

if TYPE_CHECKING:
    from relevo.serve.service import Service

_encode_lines = msgspec.json.Encoder().encode_lines

logger = logging.getLogger("relevo.serve")


@dataclass(frozen=True)
class Scored:
    """What is answered about a row: its prediction, under which name, and the warnings."""

    prediction_id: str
    prediction: dict[str, Any]
    warnings: Sequence[RowFinding] = ()

    @property
    def flags(self) -> list[str]:
        """What was remarked, in few words: `categories:carrier`, `unseen_segment`."""
        found = [f"{finding.rule}:{finding.column}" for finding in self.warnings]
        return [*found, UNSEEN] if UNSEEN in self.prediction else found


async def score_rows(
    service: Service, scorer: Scorer, rows: Sequence[Any], lang: str
) -> tuple[Model, list[Scored]]:
    """Check all rows, then predict all, then have them on disk: all of them or none.

    Gives the model that answered, too: the champion, where a canary fails.

    Raises
    ------
    Refusal
        422 when a row breaks the contract, 503 when too many predictions wait for the store.
    StoreMistake
        When they cannot be put on disk.

    """
    started = perf_counter()
    try:
        scored = await _scored(service, scorer, rows, lang)
    except (Refusal, UserMistake):
        raise
    except Exception:
        champion = service.models.serving()
        if scorer is champion:
            raise
        logger.exception("%s", say("serve.canary_failed", version=scorer.version))
        service.metrics.add("canary_failures_total", version=scorer.version)
        scorer, scored = champion, await _scored(service, champion, rows, lang)
    await keep(service, scorer.model, rows, scored, started)
    return scorer.model, scored


async def keep(
    service: Service, model: Model, rows: Sequence[Any], scored: Sequence[Scored], started: float
) -> None:
    """Have predictions on disk, the rows as they came.

    Parameters
    ----------
    service, model
        Where, and whose predictions.
    rows, scored
        What came and what is answered, in the same order.
    started
        The `perf_counter` when the rows had come.

    """
    latency_us = int((perf_counter() - started) * 1e6)
    at_us = time_ns() // 1000
    name = model.problem.roles.id
    share = service.problem.serve.log_share
    # The fields of `Entry`, in its order.
    lines = [
        (
            one.prediction_id,
            key_text(row.get(name)) if name else None,
            at_us,
            model.version,
            row,
            one.prediction,
            latency_us,
            one.flags,
        )
        for row, one in zip(rows, scored, strict=True)
        if share == 1.0 or share_of(one.prediction_id) < share
    ]
    if lines:
        await service.journal.keep(_encode_lines(lines), len(lines))
    service.metrics.add("predictions_total", len(scored), version=model.version)
    service.metrics.time("prediction_seconds", perf_counter() - started, version=model.version)


async def _scored(service: Service, scorer: Scorer, rows: Sequence[Any], lang: str) -> list[Scored]:
    warnings = await check_rows(scorer.model, rows, lang, service.metrics)
    try:
        predictions = await scorer.predict(rows)
    except OverflowError as error:  # a time at the end of the calendar, in another time zone
        raise _beyond(scorer.model, rows, lang) from error
    return [
        Scored(*found)
        for found in zip(new_ids(time_ns(), len(rows)), predictions, warnings, strict=True)
    ]


def _beyond(model: Model, rows: Sequence[Any], lang: str) -> Refusal:
    findings = []
    for position, row in enumerate(rows):
        try:
            model.predict_row(row)
        except OverflowError as error:
            expected = say("contract.finite.expected", lang)
            found = {"row": position, "column": "", "rule": "finite", "expected": expected}
            findings.append(found | {"got": str(error)})
    return invalid("serve.invalid_rows", findings, **findings[0])
