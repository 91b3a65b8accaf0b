"""`answer_rows`: what the model says of rows, for the protocols that others have laid down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from relevo.model.model import Model
from relevo.serve.score_rows import score_rows
from relevo.serve.scorer import Scorer

if TYPE_CHECKING:
    from relevo.serve.service import Service


@dataclass(frozen=True)
class AnsweredRow:
    """What the model says of a row.

    Attributes
    ----------
    prediction_id
        By which its outcome is sent to `/labels`.
    prediction
        As `Model.predict_row` gives it.

    """

    prediction_id: str
    prediction: Mapping[str, Any]


async def answer_rows(
    service: Service, scorer: Scorer, rows: Sequence[dict[str, Any]], lang: str
) -> tuple[Model, list[AnsweredRow]]:
    """Check, predict and log all rows, or none; gives the model that answered, too.

    Raises
    ------
    Refusal
        When a row breaks the contract, or too many predictions wait for the store.

    """
    model, scored = await score_rows(service, scorer, rows, lang)
    return model, [AnsweredRow(one.prediction_id, one.prediction) for one in scored]
