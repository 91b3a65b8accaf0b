"""`/challengers`: which versions stand beside the champion, with how much of the traffic."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from relevo.model.challenge import challenge, stop_challenge
from relevo.model.model import Model
from relevo.serve.answer import answer
from relevo.serve.body import read_json
from relevo.serve.fields import LAST_VERSION, fields_in, share_in, version_in
from relevo.serve.keyed import by_key
from relevo.serve.query import whole_number
from relevo.serve.refusal import invalid
from relevo.serve.route import Route
from relevo.serve.schema import NUMBER, TEXT, WHOLE, Schema, array, body, content, record
from relevo.store.records import ChallengerRecord
from relevo.words import say

if TYPE_CHECKING:
    from relevo.serve.service import Service

_SHARE = {**NUMBER, "minimum": 0, "maximum": 1}


async def challengers(service: Service, request: Request, lang: str) -> Response:
    """All of them, by version."""
    found = await asyncio.to_thread(service.store.challengers)
    return answer({"challengers": [asdict(one) for one in found]})


async def put_challenger(service: Service, request: Request, lang: str) -> Response:
    """Let a version stand beside the champion, or change its shares; answers all."""
    sent = fields_in(await read_json(request, service.problem.serve.max_body_mb))
    mirror, canary = share_in(sent, "mirror", 1.0), share_in(sent, "canary", 0.0)
    challenger = ChallengerRecord(version_in(sent), mirror, canary, datetime.now(UTC))
    by, detail = by_key(request, service.lang)
    await asyncio.to_thread(challenge, service.store, service.folder, challenger, by, detail)
    return await challengers(service, request, lang)


async def remove_challenger(service: Service, request: Request, lang: str) -> Response:
    """Let a version stand beside the champion no longer; answers those that are left."""
    version = whole_number(request, "version", 1, LAST_VERSION)
    if version is None:
        raise invalid("admin.bad_version", came="-")
    by, detail = by_key(request, service.lang)
    await asyncio.to_thread(stop_challenge, service.store, version, datetime.now(UTC), by, detail)
    return await challengers(service, request, lang)


def _describe(model: Model | None, lang: str) -> Schema:
    since = {**TEXT, "format": "date-time"}
    one = record({"version": WHOLE, "mirror": _SHARE, "canary": _SHARE, "since": since})
    return {"responses": {"200": content(record({"challengers": array(one)}))}}


def _describe_put(model: Model | None, lang: str) -> Schema:
    shares = {
        "mirror": {**_SHARE, "default": 1, "description": say("admin.challengers.mirror", lang)},
        "canary": {**_SHARE, "default": 0, "description": say("admin.challengers.canary", lang)},
    }
    sent = record({"version": {**WHOLE, "minimum": 1}, **shares}, optional=tuple(shares))
    example = {"version": 2, "mirror": 1.0, "canary": 0.0}
    return {"requestBody": body(sent, example), **_describe(model, lang)}


def _describe_remove(model: Model | None, lang: str) -> Schema:
    asked = {
        "name": "version",
        "in": "query",
        "required": True,
        "schema": {**WHOLE, "minimum": 1, "maximum": LAST_VERSION},
    }
    return {"parameters": [asked], **_describe(model, lang)}


_PATH = "/challengers"
CHALLENGERS = (
    Route("GET", _PATH, "admin", challengers, "admin.challengers.list", _describe),
    Route("POST", _PATH, "admin", put_challenger, "admin.challengers.put", _describe_put),
    Route(
        "DELETE", _PATH, "admin", remove_challenger, "admin.challengers.remove", _describe_remove
    ),
)
