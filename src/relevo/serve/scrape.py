"""`GET /metrics`: what the endpoint counted, for Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from relevo.model.model import Model
from relevo.serve.metrics import CONTENT_TYPE
from relevo.serve.route import Route
from relevo.serve.schema import TEXT, Schema, content

if TYPE_CHECKING:
    from relevo.serve.service import Service


async def scrape(service: Service, request: Request, lang: str) -> Response:
    """Counters and gauges in Prometheus' text format."""
    model = service.models.model
    gauges = {"log_waiting": service.journal.waiting, "ready": int(model is not None)}
    if model is not None:
        gauges["model_version"] = model.version
    return Response(service.metrics.text(gauges, lang), media_type=CONTENT_TYPE)


def _describe(model: Model | None, lang: str) -> Schema:
    return {"responses": {"200": content(TEXT, "text/plain")}}


METRICS = (Route("GET", "/metrics", "admin", scrape, "serve.route.metrics", _describe),)
