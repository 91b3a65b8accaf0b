"""`GET /openapi.json`: every route, with the row of the model that serves."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

import relevo
from relevo.model.model import Model
from relevo.serve.answer import answer
from relevo.serve.route import Route
from relevo.serve.schema import ERROR, Schema, content
from relevo.words import say

if TYPE_CHECKING:
    from relevo.serve.service import Service

_KEYS: Schema = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}


async def openapi(service: Service, request: Request, lang: str) -> Response:
    """The OpenAPI 3.1 document of this endpoint."""
    model = service.models.model
    return answer(document(service.problem.name, service.routes, model, lang))


def document(name: str, routes: Sequence[Route], model: Model | None, lang: str) -> Schema:
    """The OpenAPI 3.1 document of an endpoint.

    Parameters
    ----------
    name
        The model's.
    routes
        What is answered.
    model
        Whose rows and predictions are described; None before there is one.
    lang
        Of the sentences.

    """
    paths: defaultdict[str, Schema] = defaultdict(dict)
    for route in routes:
        paths[route.template][route.method.lower()] = _operation(route, model, lang)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": name,
            "summary": say("serve.summary", lang, relevo=relevo.__version__),
            "version": str(model.version if model else 0),
        },
        "paths": paths,
        "components": {"schemas": {"Error": ERROR}, "securitySchemes": _KEYS},
    }


def _operation(route: Route, model: Model | None, lang: str) -> Schema:
    described = route.describe(model, lang)
    error = content({"$ref": "#/components/schemas/Error"})
    answers = {"default": error, **described["responses"]}
    return {
        "operationId": _identifier(route),
        "summary": say(route.summary, lang),
        **({"security": [{name: []} for name in _KEYS]} if route.role else {}),
        **described,
        "responses": {
            status: {"description": say(f"serve.status.{status}", lang), **body}
            for status, body in answers.items()
        },
    }


def _identifier(route: Route) -> str:
    return "_".join((route.method.lower(), *re.findall(r"\w+", route.template)))


def _describe(model: Model | None, lang: str) -> Schema:
    return {"responses": {"200": content({"type": "object"})}}


OPENAPI = (Route("GET", "/openapi.json", "predict", openapi, "serve.route.openapi", _describe),)
