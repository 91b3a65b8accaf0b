"""`Endpoint`: one path as an ASGI application, where every error becomes an answer."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from time import perf_counter, time
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from relevo.errors import DataMistake, UserMistake
from relevo.serve.access_log import Access
from relevo.serve.keyed import KEY, key_of
from relevo.serve.language import asked_language
from relevo.serve.refusal import Refusal, refused
from relevo.serve.route import Handler, Route
from relevo.serve.security_headers import security_headers

if TYPE_CHECKING:
    from relevo.serve.service import Service

logger = logging.getLogger("relevo.serve")


class Endpoint:
    """One path: its requests are answered in the caller's language, and counted.

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
        lang = asked_language(request.headers.get("accept-language", ""), self._service.lang)
        try:
            response = await self._answer(request, lang)
        except ClientDisconnect:
            return
        response.raw_headers.extend(security_headers(scope["scheme"]))
        await response(scope, receive, send)
        seconds = perf_counter() - started
        self._service.metrics.count(self._path, response.status_code, seconds)
        self._note(request, response, seconds)

    async def _answer(self, request: Request, lang: str) -> Response:
        try:
            await self._let_in(request)
            return await self._handler(request)(self._service, request, lang)
        except (Refusal, UserMistake) as refusal:
            return refused(refusal, lang)
        except ClientDisconnect:
            raise
        except Exception:
            logger.exception("%s %s", request.method, request.url.path)
            return refused(Refusal(500, UserMistake("serve.failed")), lang)

    async def _let_in(self, request: Request) -> None:
        route, scope = self._routes.get(request.method), request.scope
        role = route.role if route else "any"
        scope[KEY] = await self._service.gate.admit(scope["headers"], scope.get("client"), role)

    def _note(self, request: Request, response: Response, seconds: float) -> None:
        key = key_of(request).name
        client = request.client.host if request.client else ""
        path, status, size = request.scope["path"], response.status_code, len(response.body)
        version = getattr(self._service.champion.model, "version", None)
        self._service.access.note(
            Access(time(), request.method, path, status, seconds, size, key, client, version)
        )

    def _handler(self, request: Request) -> Handler:
        if request.method in self._routes:
            return self._routes[request.method].handler
        path, method = request.url.path[:100], request.method
        if not self._routes:
            known = ", ".join(route.path for route in self._service.routes)
            raise Refusal(404, DataMistake("serve.unknown_route", path=path, known=known))
        allowed = ", ".join(sorted(self._routes))
        mistake = DataMistake("serve.wrong_method", path=path, method=method, allowed=allowed)
        raise Refusal(405, mistake, headers={"allow": allowed})
