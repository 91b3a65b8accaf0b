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
from relevo.model.model import UNSEEN, Model, Vector
from relevo.serve.arrived import Arrived
from relevo.serve.check_rows import check_rows
from relevo.serve.models import share_of
from relevo.serve.refusal import Refusal
from relevo.serve.scorer import Scorer
from relevo.store.ids import new_ids
from relevo.words import say

if TYPE_CHECKING:
    from relevo.serve.service import Service

_encode_lines = msgspec.json.Encoder().encode_lines

logger = logging.getLogger("relevo.serve")


@dataclass(frozen=True, slots=True)
class Scored:
    """What is answered about a row: its prediction, under which name, and the warnings.

    `mended` and `seen` are the row as the model knew it, see `Arrived`.
    """

    prediction_id: str
    prediction: dict[str, Any]
    mended: Any
    seen: Vector
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
    try:
        arrived = await check_rows(scorer.model, rows, lang, service.metrics)
        return scorer.model, await score_arrived(service, scorer, arrived)
    except (Refusal, UserMistake):
        raise
    except Exception:
        champion = service.models.serving()
        if scorer is champion:
            raise
        logger.exception("%s", say("serve.canary_failed", version=scorer.version))
        service.metrics.add("canary_failures_total", version=scorer.version)
        return await score_rows(service, champion, rows, lang)


async def score_arrived(service: Service, scorer: Scorer, arrived: Arrived) -> list[Scored]:
    """Predict rows that were checked, and have the predictions on disk.

    Raises
    ------
    Refusal, StoreMistake
        As `score_rows`.

    """
    started = perf_counter()
    predictions = await scorer.predict(arrived.seen)
    ids = new_ids(time_ns(), len(arrived))
    found = (ids, predictions, arrived.mended, arrived.seen)
    scored = list(map(Scored, *found, *([arrived.warnings] if arrived.warnings else [])))
    await _keep(service, scorer.version, arrived, scored, started)
    return scored


async def _keep(
    service: Service, version: int, arrived: Arrived, scored: Sequence[Scored], started: float
) -> None:
    latency_us = int((perf_counter() - started) * 1e6)
    at_us = time_ns() // 1000
    share = service.problem.serve.log_share
    # The fields of `Entry`, in its order.
    lines = [
        (one.prediction_id, name, at_us, version, row, one.prediction, latency_us, one.flags)
        for row, name, one in zip(arrived.rows, arrived.names, scored, strict=True)
        if share == 1.0 or share_of(one.prediction_id) < share
    ]
    if lines:
        await service.journal.keep(_encode_lines(lines), len(lines))
    service.metrics.add("predictions_total", len(scored), version=version)
    service.metrics.time("prediction_seconds", perf_counter() - started, version=version)
