"""`POST /predict`: rows in, predictions out, each on disk before it is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from relevo.explain.decisions.reasons import reasons_of
from relevo.explain.decisions.row_explainer import Reason, RowExplainer
from relevo.model.model import UNSEEN, Model
from relevo.model.row_schema import row_schema
from relevo.serve.answer import answer
from relevo.serve.aside import aside
from relevo.serve.body import decode_json, read_bytes
from relevo.serve.check_rows import MOST_COMPARED, described
from relevo.serve.chosen import PINNING, chosen
from relevo.serve.example_row import example_row
from relevo.serve.header import header
from relevo.serve.items import items_of
from relevo.serve.refusal import invalid
from relevo.serve.route import Route
from relevo.serve.schema import FINDING, NUMBER, TEXT, WHOLE, Schema, array, body, content, record
from relevo.serve.score_rows import Scored, score_arrived, score_rows
from relevo.serve.scorer import AT_ONCE_SECONDS
from relevo.words import say

if TYPE_CHECKING:
    from relevo.serve.service import Service

Answered = tuple[Model, list[Scored]]


async def predict(service: Service, request: Request, lang: str) -> Response:
    """A prediction for each row, or a refusal of all."""
    n_reasons = _reasons_asked(request)
    service.models.serving()
    body = await read_bytes(request, service.problem.serve.max_body_mb)
    model, scored = await _straight(service, request, body) or await _scored(
        service, request, body, lang
    )
    predictions = [_answered(one, place < MOST_COMPARED) for place, one in enumerate(scored)]
    if n_reasons:
        found = await _explained(model, scored, n_reasons, lang)
        for prediction, reasons in zip(predictions, found, strict=True):
            prediction["reasons"] = reasons
    return answer(
        {"model": service.problem.name, "version": model.version, "predictions": predictions}
    )


async def _straight(service: Service, request: Request, body: bytes) -> Answered | None:
    """The usual request: its rows keep the contract, and only the champion may answer."""
    if service.models.canaries or header(request.scope, PINNING):
        return None
    champion = service.models.serving()
    arrived = champion.straight.read(body, service.problem.serve.max_rows)
    if arrived is None:
        return None
    return champion.model, await score_arrived(service, champion, arrived)


async def _scored(service: Service, request: Request, body: bytes, lang: str) -> Answered:
    content = await aside(len(body), decode_json, body)
    rows = items_of(content, "rows", service.problem.serve.max_rows)
    scorer = await chosen(service, request, rows)
    return await score_rows(service, scorer, rows, lang)


async def _explained(
    model: Model, scored: Sequence[Scored], n: int, lang: str
) -> list[tuple[Reason, ...]]:
    if len(scored) * RowExplainer.of(model, lang).seconds < AT_ONCE_SECONDS:
        return _reasons(model, scored, n, lang)
    return await asyncio.to_thread(_reasons, model, scored, n, lang)


def _reasons(model: Model, scored: Sequence[Scored], n: int, lang: str) -> list[tuple[Reason, ...]]:
    matrix = model.preparation.matrix([one.seen for one in scored])
    rows = [msgspec.to_builtins(one.mended) for one in scored]
    return reasons_of(model, matrix, rows, [one.prediction for one in scored], n, lang)


def _reasons_asked(request: Request) -> int:
    if not request.scope["query_string"]:
        return 0
    asked = request.query_params.get("explain", "0")
    if not (asked.isdecimal() and len(asked) < 5):
        raise invalid("serve.bad_explain", came=asked[:80])
    return int(asked)


def _answered(scored: Scored, compared: bool) -> dict[str, Any]:
    shown = {"id": scored.prediction_id, **scored.prediction}
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
