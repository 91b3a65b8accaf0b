"""`application`: the endpoint as an ASGI application."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette import routing
from starlette.routing import Router

from relevo.serve.endpoint import Endpoint
from relevo.serve.route import Route
from relevo.serve.service import Service


def application(service: Service) -> Router:
    """The endpoint of a project.

    While it runs (ASGI's lifespan) it follows the champion and writes the log of predictions; when
    it ends, what waits is written first.
    """
    routes: defaultdict[str, dict[str, Route]] = defaultdict(dict)
    for route in service.routes:
        routes[route.path][route.method] = route
    return Router(
        [
            routing.Route(path, Endpoint(service, path, by_method))
            for path, by_method in routes.items()
        ],
        redirect_slashes=False,
        default=Endpoint(service, "unknown", {}),
        lifespan=_lifespan(service),
    )


def _lifespan(service: Service) -> Any:
    @asynccontextmanager
    async def running(_: Any) -> AsyncIterator[None]:
        service.access.start()
        service.log.start()
        service.champion.start()
        try:
            yield
        finally:
            service.champion.stop()
            await service.log.stop()
            service.access.stop()

    return running
