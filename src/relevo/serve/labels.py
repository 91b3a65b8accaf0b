"""`POST /labels`: outcomes come in, by the prediction's id or by the row's own."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from relevo.model.model import Model
from relevo.serve.answer import answer
from relevo.serve.body import read_json
from relevo.serve.items import items_of
from relevo.serve.keys import key_text
from relevo.serve.read_target import read_target
from relevo.serve.refusal import invalid
from relevo.serve.route import Route
from relevo.serve.schema import NUMBER, TEXT, WHOLE, Schema, array, body, content, record
from relevo.serve.settled import settled
from relevo.store.records import LabelRecord, contradicting
from relevo.words import say

if TYPE_CHECKING:
    from relevo.serve.service import Service

_NAMES = ("prediction_id", "id")


async def labels(service: Service, request: Request, lang: str) -> Response:
    """Keep all labels, or refuse all; say which found a prediction."""
    model = service.models.serving().model
    limits = service.problem.serve
    items = items_of(await read_json(request, limits.max_body_mb), "labels", limits.max_rows)
    at = datetime.now(UTC)
    await settled(service)
    records = [_record(item, place, model, lang, at) for place, item in enumerate(items)]
    if twice := contradicting(records):
        raise invalid("serve.labels_contradict", keys=", ".join(twice[:5]), count=len(twice))
    outcome = await asyncio.to_thread(service.store.add_labels, records)
    return answer({"joined": outcome.joined, "unmatched": outcome.unmatched})


def _record(item: Any, place: int, model: Model, lang: str, at: datetime) -> LabelRecord:
    if not isinstance(item, dict):
        raise invalid("serve.bad_label", place=place, kind=type(item).__name__)
    key = next((key_text(item[name]) for name in _NAMES if item.get(name) is not None), None)
    if key is None:
        raise invalid("serve.label_without_id", place=place)
    target = item.get("target")
    try:
        return LabelRecord(key, read_target(target, model.classes), at)
    except ValueError as error:
        wanted = _wanted(model, lang)
        raise invalid("serve.bad_target", place=place, came=error, wanted=wanted) from error


def _wanted(model: Model, lang: str) -> str:
    if not model.classes:
        return say("contract.type.number", lang)
    return say("contract.categories.expected", lang, categories=", ".join(map(str, model.classes)))


def _describe(model: Model | None, lang: str) -> Schema:
    target = {"enum": list(model.classes)} if model and model.classes else NUMBER
    names = {name: {"type": ["string", "number"]} for name in _NAMES}
    label = record({**names, "target": target}, optional=_NAMES)
    example = model.classes[-1] if model and model.classes else 1.0
    sent = {
        "labels": [{"prediction_id": "01999999-0000-7000-8000-000000000000", "target": example}]
    }
    return {
        "requestBody": body(record({"labels": array(label) | {"minItems": 1}}), sent),
        "responses": {"200": content(record({"joined": WHOLE, "unmatched": array(TEXT)}))},
    }


LABELS = (Route("POST", "/labels", "label", labels, "serve.route.labels", _describe),)
