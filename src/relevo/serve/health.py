"""`GET /health`, `/ping` and `/version`: whether a model serves, and which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

import relevo
from relevo.errors import UserMistake
from relevo.model.model import Model
from relevo.serve.answer import answer
from relevo.serve.refusal import Refusal, explained
from relevo.serve.route import Route
from relevo.serve.schema import PARTS, TEXT, WHOLE, Schema, array, content, record

if TYPE_CHECKING:
    from relevo.serve.service import Service


async def health(service: Service, request: Request, lang: str) -> Response:
    """Which model serves, how many predictions wait for the store, and what is wrong.

    What is wrong is told in full to those with a key: it may name places.
    """
    champion, trouble = service.models.champion, _trouble(service)
    scope = request.scope
    if trouble and not await service.gate.tells(scope["headers"], scope.get("client")):
        trouble = [UserMistake("gate.untold")]
    body = {
        "status": "ready" if champion else "not ready",
        "model": service.problem.name,
        "version": champion.version if champion else None,
        "log_waiting": service.journal.waiting,
        "trouble": [explained(mistake, lang) for mistake in trouble],
    }
    return answer(body, 200 if champion else 503)


async def ping(service: Service, request: Request, lang: str) -> Response:
    """Nothing, when a model serves."""
    service.models.serving()
    return answer({})


async def version(service: Service, request: Request, lang: str) -> Response:
    """The version of the model that serves, and of relevo."""
    model = service.models.serving()
    return answer(
        {"model": service.problem.name, "version": model.version, "relevo": relevo.__version__}
    )


def _trouble(service: Service) -> list[UserMistake]:
    found = [mistake for mistake in (service.models.trouble, service.journal.trouble) if mistake]
    try:
        service.models.serving()
    except Refusal as refusal:
        if refusal.mistake not in found:
            found.append(refusal.mistake)
    return found


def _describe_health(model: Model | None, lang: str) -> Schema:
    body = record(
        {
            "status": {"enum": ["ready", "not ready"]},
            "model": TEXT,
            "version": {"type": ["integer", "null"]},
            "log_waiting": WHOLE,
            "trouble": array(record(PARTS)),
        }
    )
    return {"responses": {"200": content(body), "503": content(body)}}


def _describe_ping(model: Model | None, lang: str) -> Schema:
    return {"responses": {"200": content(record({}))}}


def _describe_version(model: Model | None, lang: str) -> Schema:
    body = record({"model": TEXT, "version": WHOLE, "relevo": TEXT})
    return {"responses": {"200": content(body)}}


HEALTH = (
    Route("GET", "/health", None, health, "serve.route.health", _describe_health),
    Route("GET", "/ping", None, ping, "serve.route.ping", _describe_ping),
    Route("GET", "/version", "predict", version, "serve.route.version", _describe_version),
)
