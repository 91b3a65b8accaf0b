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
from relevo.serve.language import asked_language
from relevo.serve.refusal import Refusal, refused
from relevo.serve.route import Handler

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
    handlers
        By method.

    """

    def __init__(self, service: Service, path: str, handlers: Mapping[str, Handler]) -> None:
        self._service = service
        self._path = path
        self._handlers = dict(handlers)
        if "GET" in handlers:
            self._handlers["HEAD"] = handlers["GET"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        started = perf_counter()
        request = Request(scope, receive)
        lang = asked_language(header(scope, b"accept-language"), self._service.lang)
        try:
            response = await self._answer(request, lang)
        except ClientDisconnect:
            return
        await response(scope, receive, send)
        seconds = perf_counter() - started
        self._count(response.status_code, seconds)

    def _count(self, status: int, seconds: float) -> None:
        metrics = self._service.metrics
        metrics.add("requests_total", route=self._path, status=status)
        metrics.time("request_seconds", seconds, route=self._path)

    async def _answer(self, request: Request, lang: str) -> Response:
        try:
            return await self._handler(request)(self._service, request, lang)
        except (Refusal, UserMistake) as refusal:
            return refused(refusal, lang)
        except ClientDisconnect:
            raise
        except Exception:
            logger.exception("%s %s", request.method, request.url.path)
            return refused(Refusal(500, UserMistake("serve.failed")), lang)

    def _handler(self, request: Request) -> Handler:
        if request.method in self._handlers:
            return self._handlers[request.method]
        path, method = request.url.path[:100], request.method
        if not self._handlers:
            known = ", ".join(route.template for route in self._service.routes)
            raise Refusal(404, DataMistake("serve.unknown_route", path=path, known=known))
        allowed = ", ".join(sorted(self._handlers))
        mistake = DataMistake("serve.wrong_method", path=path, method=method, allowed=allowed)
        raise Refusal(405, mistake, headers={"allow": allowed})
