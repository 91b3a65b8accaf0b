"""`Application`: the endpoint as an ASGI application."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette import routing
from starlette.routing import Router
from starlette.types import Receive, Scope, Send

from relevo.serve.endpoint import Endpoint
from relevo.serve.route import Route
from relevo.serve.service import Service


class Application:
    """The endpoint of a project.

    While it runs (ASGI's lifespan) it follows the store; when it ends, what waits for the disk is
    written first.

    Parameters
    ----------
    service
        What the routes stand on.

    """

    def __init__(self, service: Service) -> None:
        self._service = service
        routes: defaultdict[str, dict[str, Route]] = defaultdict(dict)
        for route in service.routes:
            routes[route.path][route.method] = route
        endpoints = {
            path: Endpoint(service, path.replace(":path}", "}"), by_method)
            for path, by_method in routes.items()
        }
        # A path without a pattern is looked up; the router would try one after another.
        self._plain = {path: one for path, one in endpoints.items() if "{" not in path}
        self._router = Router(
            [routing.Route(path, one) for path, one in endpoints.items()],
            redirect_slashes=False,
            default=Endpoint(service, "unknown", {}),
            lifespan=self.lifespan_context,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or run the lifespan."""
        endpoint = self._plain.get(scope.get("path", ""))
        await (endpoint or self._router)(scope, receive, send)

    @asynccontextmanager
    async def lifespan_context(self, _: Any) -> AsyncIterator[None]:
        """Work, until the block ends."""
        self._service.notes.start()
        self._service.models.start()
        try:
            yield
        finally:
            self._service.models.stop()
            await self._service.journal.stop()
            self._service.notes.stop()
