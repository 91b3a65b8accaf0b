"""`Endpoint`: one path as an ASGI application, where every error becomes an answer."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from time import perf_counter
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from relevo.errors import DataMistake, UserMistake
from relevo.serve.header import header
from relevo.serve.keyed import KEY, key_of
from relevo.serve.language import asked_language
from relevo.serve.notes import Answered
from relevo.serve.refusal import Refusal, refused
from relevo.serve.route import Route
from relevo.serve.security_headers import security_headers

if TYPE_CHECKING:
    from relevo.serve.service import Service

logger = logging.getLogger("relevo.serve")


class Endpoint:
    """One path: its requests are let in, answered in the caller's language, and counted.

    Parameters
    ----------
    service
        What the handlers stand on.
    path
        Under which name its requests are counted.
    routes
        By method.

    """

    def __init__(self, service: Service, path: str, routes: Mapping[str, Route]) -> None:
        self._service = service
        self._path = path
        self._routes = dict(routes)
        if "GET" in routes:
            self._routes["HEAD"] = routes["GET"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        started = perf_counter()
        request = Request(scope, receive)
        lang = asked_language(header(scope, b"accept-language"), self._service.lang)
        try:
            response = await self._answer(request, lang)
        except ClientDisconnect:
            return
        response.raw_headers.extend(security_headers(scope["scheme"]))
        await response(scope, receive, send)
        self._note(request, response, perf_counter() - started)

    async def _answer(self, request: Request, lang: str) -> Response:
        try:
            await self._let_in(request.scope)
            return await self._route(request).handler(self._service, request, lang)
        except (Refusal, UserMistake) as refusal:
            return refused(refusal, lang)
        except ClientDisconnect:
            raise
        except Exception:
            logger.exception("%s %s", request.method, request.url.path)
            return refused(Refusal(500, UserMistake("serve.failed")), lang)

    async def _let_in(self, scope: Scope) -> None:
        route, gate = self._routes.get(scope["method"]), self._service.gate
        asked = scope["headers"], scope.get("client"), route.role if route else "any"
        scope[KEY] = await gate.admit(*asked)

    def _note(self, request: Request, response: Response, seconds: float) -> None:
        scope, model = request.scope, self._service.models.model
        self._service.notes.note(
            Answered(
                scope["method"],
                scope["path"],
                self._path,
                response.status_code,
                len(response.body),
                seconds,
                scope["headers"],
                scope.get("client"),
                key_of(request).name,
                model.version if model else None,
            )
        )

    def _route(self, request: Request) -> Route:
        if request.method in self._routes:
            return self._routes[request.method]
        path, method = request.url.path[:100], request.method
        if not self._routes:
            known = ", ".join(route.template for route in self._service.routes)
            raise Refusal(404, DataMistake("serve.unknown_route", path=path, known=known))
        allowed = ", ".join(sorted(self._routes))
        mistake = DataMistake("serve.wrong_method", path=path, method=method, allowed=allowed)
        raise Refusal(405, mistake, headers={"allow": allowed})
