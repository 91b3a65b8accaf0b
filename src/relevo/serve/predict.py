"""`POST /predict`: rows in, predictions out, each on disk before it is answered."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from relevo.model.model import UNSEEN, Model
from relevo.model.row_schema import row_schema
from relevo.serve.answer import answer
from relevo.serve.body import read_json
from relevo.serve.check_rows import MOST_COMPARED, described
from relevo.serve.example_row import example_row
from relevo.serve.items import items_of
from relevo.serve.refusal import invalid
from relevo.serve.route import Route
from relevo.serve.schema import FINDING, NUMBER, TEXT, WHOLE, Schema, array, body, content, record
from relevo.serve.score_rows import Scored, score_rows
from relevo.serve.strongest import strongest
from relevo.words import say

if TYPE_CHECKING:
    from relevo.serve.service import Service


async def predict(service: Service, request: Request, lang: str) -> Response:
    """A prediction for each row, or a refusal of all."""
    n_reasons = _reasons_asked(request)
    model = service.champion.serving()
    limits = service.problem.serve
    rows = items_of(await read_json(request, limits.max_body_mb), "rows", limits.max_rows)
    scored = await score_rows(service, model, rows, lang)
    predictions = [_answered(one, place < MOST_COMPARED) for place, one in enumerate(scored)]
    if n_reasons:
        seen = [one.row for one in scored]
        found = await asyncio.to_thread(strongest, model, seen, n_reasons, lang)
        for prediction, reasons in zip(predictions, found, strict=True):
            prediction["reasons"] = reasons
    return answer(
        {"model": service.problem.name, "version": model.version, "predictions": predictions}
    )


def _reasons_asked(request: Request) -> int:
    asked = request.query_params.get("explain", "0")
    if not (asked.isdecimal() and len(asked) < 5):
        raise invalid("serve.bad_explain", came=asked[:80])
    return int(asked)


def _answered(scored: Scored, compared: bool) -> dict[str, Any]:
    shown = {"id": scored.record.prediction_id, **scored.record.prediction}
    if scored.warnings:
        shown["warnings"] = [described(one, compared) for one in scored.warnings]
    return shown


def _describe(model: Model | None, lang: str) -> Schema:
    row = row_schema(model.contract) if model else {"type": "object"}
    example = example_row(model.contract) if model else {}
    answered = {"model": TEXT, "version": WHOLE, "predictions": array(_prediction(model))}
    return {
        "parameters": [
            {
                "name": "explain",
                "in": "query",
                "description": say("serve.explain", lang),
                "schema": {"type": "integer", "minimum": 0, "maximum": 9999, "default": 0},
            }
        ],
        "requestBody": body(record({"rows": array(row) | {"minItems": 1}}), {"rows": [example]}),
        "responses": {"200": content(record(answered))},
    }


def _prediction(model: Model | None) -> Schema:
    reason = {"column": TEXT, "value": {}, "contribution": NUMBER, "text": TEXT}
    extras = {
        UNSEEN: {"type": "boolean"},
        "warnings": array(FINDING),
        "reasons": array(record(reason)),
    }
    return record({"id": TEXT, **_given(model), **extras}, optional=tuple(extras))


def _given(model: Model | None) -> dict[str, Schema]:
    if model is None:
        return {}
    if not model.classes:
        return {"value": NUMBER}
    share = {**NUMBER, "minimum": 0, "maximum": 1}
    each = {str(label): share for label in model.classes}
    return {"label": {"enum": list(model.classes)}, "probabilities": record(each)}


PREDICT = (Route("POST", "/predict", "predict", predict, "serve.route.predict", _describe),)
