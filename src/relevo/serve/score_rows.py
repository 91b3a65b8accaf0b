"""`score_rows`: rows checked, predicted and kept, whatever protocol they came by."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from time import perf_counter, time_ns
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from relevo.data.row_check import RowFinding
from relevo.errors import UserMistake
from relevo.model.model import UNSEEN, Model, Vector
from relevo.serve.arrived import Arrived
from relevo.serve.check_rows import check_rows
from relevo.serve.metrics import Metrics
from relevo.serve.models import share_of
from relevo.serve.refusal import Refusal
from relevo.serve.scorer import Scorer
from relevo.store.ids import new_ids
from relevo.words import say

if TYPE_CHECKING:
    from relevo.serve.service import Service

_encode_lines = msgspec.json.Encoder().encode_lines

logger = logging.getLogger("relevo.serve")


class Scored(NamedTuple):
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
    scored = named(await scorer.predict(arrived.seen), arrived)
    lines = lines_of(service, scorer.version, arrived, scored, started)
    await service.journal.keep(lines, len(scored))
    count(service.metrics, scorer.version, len(scored), perf_counter() - started)
    return scored


def count(metrics: Metrics, version: int, n_rows: int, seconds: float) -> None:
    """Predictions of one request, and how long they took."""
    metrics.add("predictions_total", n_rows, version=version)
    metrics.time("prediction_seconds", seconds, version=version)


def named(predictions: Sequence[dict[str, Any]], arrived: Arrived) -> list[Scored]:
    """Predictions, each with a name of its own, and the rows that they are of."""
    found = (new_ids(time_ns(), len(arrived)), predictions, arrived.mended, arrived.seen)
    return list(map(Scored, *found, *([arrived.warnings] if arrived.warnings else [])))


def lines_of(
    service: Service, version: int, arrived: Arrived, scored: Sequence[Scored], started: float
) -> bytes:
    """What the journal is to keep, the rows as they came; empty when nothing is.

    Parameters
    ----------
    service
        Says which share is kept.
    version
        Which one answers.
    arrived, scored
        What came and what is answered, in the same order.
    started
        The `perf_counter` when the rows had come.

    """
    latency_us = int((perf_counter() - started) * 1e6)
    at_us = time_ns() // 1000
    share = service.problem.serve.log_share
    # The fields of `Entry`, in its order.
    lines = [
        (one.prediction_id, name, at_us, version, row, one.prediction, latency_us, one.flags)
        for row, name, one in zip(arrived.rows, arrived.names, scored, strict=True)
        if share == 1.0 or share_of(one.prediction_id) < share
    ]
    return _encode_lines(lines) if lines else b""
