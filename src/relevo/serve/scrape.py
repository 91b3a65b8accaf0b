"""`GET /metrics`: what the endpoint counted, for Prometheus."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from relevo.errors import StoreMistake
from relevo.model.model import Model
from relevo.serve.metrics import CONTENT_TYPE, Gauges, Labels
from relevo.serve.route import Route
from relevo.serve.schema import TEXT, Schema, content

if TYPE_CHECKING:
    from relevo.serve.service import Service


async def scrape(service: Service, request: Request, lang: str) -> Response:
    """Counters and gauges in Prometheus' text format."""
    gauges = await asyncio.to_thread(_gauges, service)
    figures = await asyncio.to_thread(service.snapshots.together)
    return Response(figures.text(gauges, lang), media_type=CONTENT_TYPE)


def _gauges(service: Service) -> Gauges:
    model = service.models.model
    gauges: dict[str, Mapping[Labels, float]] = {
        "log_waiting": {(): service.journal.waiting},
        "journal_waiting_bytes": {(): service.backlog.waiting_bytes()},
        "ready": {(): int(model is not None)},
    }
    if model is not None:
        gauges["model_version"] = {(): model.version}
    with suppress(StoreMistake):  # then health says why
        drift: dict[Labels, float] = {
            (("kind", one.kind), ("column", one.column)): one.size
            for one in service.store.last_signals()
            if one.size is not None
        }
        if drift:
            gauges["drift"] = drift
    return gauges


def _describe(model: Model | None, lang: str) -> Schema:
    return {"responses": {"200": content(TEXT, "text/plain")}}


METRICS = (Route("GET", "/metrics", "admin", scrape, "serve.route.metrics", _describe),)
