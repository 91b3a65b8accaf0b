"""`POST /invocations`: MLflow's way to ask for predictions, each on disk before it is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from relevo.serve.answer import answer
from relevo.serve.answer_rows import answer_rows
from relevo.serve.aside import aside
from relevo.serve.body import read_bytes
from relevo.serve.chosen import chosen
from relevo.serve.invocations.content_kind import content_kind
from relevo.serve.invocations.csv_rows import csv_rows
from relevo.serve.invocations.describe import describe
from relevo.serve.invocations.frame_records import frame_records
from relevo.serve.invocations.json_rows import json_rows
from relevo.serve.route import Route

if TYPE_CHECKING:
    from relevo.serve.service import Service

_READS = {"json": json_rows, "csv": csv_rows}


async def invocations(service: Service, request: Request, lang: str) -> Response:
    """A record for each row, as MLflow's own server gives it, or a refusal of all.

    Beside the predictions stand their `ids`, by which outcomes are sent to `/labels`.
    """
    champion = service.models.serving().model
    limits = service.problem.serve
    read = _READS[content_kind(request.headers.get("content-type", ""))]
    body = await read_bytes(request, limits.max_body_mb)
    rows = await aside(len(body), read, body, champion.contract, limits.max_rows)
    scorer = await chosen(service, request, rows)
    model, answered = await answer_rows(service, scorer, rows, lang)
    ids = [row.prediction_id for row in answered]
    return answer({"predictions": frame_records(answered, model), "ids": ids})


INVOCATIONS = (
    Route("POST", "/invocations", "predict", invocations, "invocations.route", describe),
)
