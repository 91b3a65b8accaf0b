"""A worker: the process that answers requests; several may share a port."""

from __future__ import annotations

import asyncio
import gc
import logging
import resource
import socket
import sys
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn

from relevo.errors import UserMistake
from relevo.problem.problem import Problem
from relevo.serve.application import Application
from relevo.serve.child import read_settings, say_mistake, say_ready
from relevo.serve.connection import Connection, sweep
from relevo.serve.express import Express
from relevo.serve.logs import log_to_standard_error
from relevo.serve.service import Service
from relevo.serve.tls import tls
from relevo.store import Store
from relevo.words import use_language

_DRAIN_SECONDS = 30


def main() -> int:
    """Answer until told to stop, then answer what has come."""
    settings = read_settings()
    use_language(settings["lang"])
    log_to_standard_error()
    problem = Problem.model_validate(settings["problem"])
    try:
        with Store.open(settings["where"], problem.name) as store:
            _serve(Service.open(problem, store, Path(settings["folder"])), settings)
    except UserMistake as mistake:
        say_mistake(mistake)
        return mistake.exit_code
    return 0


def _serve(service: Service, settings: dict[str, Any]) -> None:
    if service.models.trouble is not None:
        raise service.models.trouble
    express = Express(service, "https" if settings["tls"] else "http")
    logging.getLogger("uvicorn").setLevel(logging.ERROR)  # a caller's nonsense is not news
    config = uvicorn.Config(
        Application(service),
        http=partial(Connection, service, express),  # type: ignore[arg-type]
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        ws="none",
        timeout_graceful_shutdown=_DRAIN_SECONDS,
    )
    config.load()
    config.ssl = tls(*map(Path, settings["tls"])) if settings["tls"] else None
    _allow_many_connections()
    _keep_pace()
    say_ready()
    _Server(config).run(sockets=[socket.socket(fileno=settings["socket"])])


def _allow_many_connections() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _keep_pace() -> None:
    # What is there now stays: to look through it for garbage again and again takes tens of
    # milliseconds. And a thread that looks at the store gives way to a request sooner.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    sys.setswitchinterval(0.0005)


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._sweeping = asyncio.create_task(sweep(self.server_state.connections))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        self._sweeping.cancel()


if __name__ == "__main__":
    sys.exit(main())
