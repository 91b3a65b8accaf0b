"""`GET /predictions`: the log of what was answered."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from relevo.model.model import Model
from relevo.serve.answer import answer
from relevo.serve.fields import LAST_VERSION
from relevo.serve.query import moment, whole_number
from relevo.serve.route import Route
from relevo.serve.schema import TEXT, WHOLE, Schema, array, content, record
from relevo.serve.settled import settled
from relevo.words import say

if TYPE_CHECKING:
    from relevo.serve.service import Service

_MOST, _USUAL = 1_000, 100


async def predictions(service: Service, request: Request, lang: str) -> Response:
    """The newest predictions, oldest of them first."""
    since = moment(request, "since")
    version = whole_number(request, "version", 1, LAST_VERSION)
    limit = whole_number(request, "limit", 1, _MOST) or _USUAL
    await settled(service)
    found = await asyncio.to_thread(
        service.store.predictions, since=since, version=version, limit=limit
    )
    return answer({"predictions": [asdict(one) for one in found]})


def _describe(model: Model | None, lang: str) -> Schema:
    described = record(
        {
            "prediction_id": TEXT,
            "row_id": {"type": ["string", "null"]},
            "at": {**TEXT, "format": "date-time"},
            "version": WHOLE,
            "row": {"type": "object"},
            "prediction": {"type": "object"},
            "source": {"enum": ["endpoint", "batch"]},
            "latency_us": {"type": ["integer", "null"]},
            "flags": {"type": ["array", "null"], "items": TEXT},
        }
    )
    return {
        "parameters": [
            _parameter("since", {**TEXT, "format": "date-time"}, lang),
            _parameter("version", {**WHOLE, "minimum": 1, "maximum": LAST_VERSION}, lang),
            _parameter("limit", {**WHOLE, "minimum": 1, "maximum": _MOST, "default": _USUAL}, lang),
        ],
        "responses": {"200": content(record({"predictions": array(described)}))},
    }


def _parameter(name: str, schema: Schema, lang: str) -> Schema:
    told = say(f"admin.predictions.{name}", lang)
    return {"name": name, "in": "query", "description": told, "schema": schema}


PREDICTIONS = (
    Route("GET", "/predictions", "admin", predictions, "admin.predictions.route", _describe),
)
