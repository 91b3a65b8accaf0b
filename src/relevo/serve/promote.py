"""`POST /promote`: a version becomes the champion."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from relevo.model.model import Model
from relevo.model.promote import promote_version
from relevo.serve.answer import answer
from relevo.serve.body import read_json
from relevo.serve.fields import fields_in, version_in
from relevo.serve.keyed import by_key
from relevo.serve.route import Route
from relevo.serve.schema import WHOLE, Schema, body, content, record

if TYPE_CHECKING:
    from relevo.serve.service import Service


async def promote(service: Service, request: Request, lang: str) -> Response:
    """Move the alias `champion`; which version serves changes within the next look at the store."""
    sent = fields_in(await read_json(request, service.problem.serve.max_body_mb))
    version = version_in(sent)
    why, detail = by_key(request, service.lang)
    now = datetime.now(UTC)
    previous = await asyncio.to_thread(
        promote_version, service.store, service.folder, version, why, now, detail
    )
    return answer({"champion": version, "previous": previous})


def _describe(model: Model | None, lang: str) -> Schema:
    sent = {"version": model.version if model else 1}
    answered = record({"champion": WHOLE, "previous": {"type": ["integer", "null"]}})
    return {
        "requestBody": body(record({"version": {**WHOLE, "minimum": 1}}), sent),
        "responses": {"200": content(answered)},
    }


PROMOTE = (Route("POST", "/promote", "admin", promote, "admin.promote", _describe),)
