"""`serve`: answer requests over HTTP until told to stop."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from ssl import SSLContext

import uvicorn

from relevo.problem.problem import Problem
from relevo.serve.application import application
from relevo.serve.exposed import refuse_exposed
from relevo.serve.listen import address, listen
from relevo.serve.service import Service
from relevo.store import Store
from relevo.words import say

_DRAIN_SECONDS = 30


def announce(url: str) -> None:
    """Say on standard error where the endpoint is."""
    print(say("serve.address", url=url), file=sys.stderr, flush=True)


def serve(
    problem: Problem,
    store: Store,
    folder: Path,
    host: str = "127.0.0.1",
    port: int = 8000,
    ready: Callable[[str], None] = announce,
    tls: SSLContext | None = None,
) -> None:
    """Serve the champion of a project until SIGINT or SIGTERM, then answer what has come and end.

    Without a champion it waits for one, answering 503.

    Parameters
    ----------
    problem, store
        The project's.
    folder
        What the folders of versions are relative to.
    host, port
        Where to listen; port 0 takes a free one.
    ready
        Called with the URL once it listens.
    tls
        What connections are encrypted with; none is when None.

    Raises
    ------
    OptionMistake
        When the port cannot be had, or others reach it and the store has no key.
    ModelMistake, StoreMistake
        When there is a champion and it cannot be loaded.

    """
    _log_to_standard_error()
    with listen(host, port) as listener:
        refuse_exposed(listener.getsockname()[0], store)
        service = Service.open(problem, store, folder)
        if service.champion.trouble is not None:
            raise service.champion.trouble
        config = uvicorn.Config(
            application(service),
            log_config=None,
            access_log=False,
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=_DRAIN_SECONDS,
        )
        config.load()
        config.ssl = tls
        server = uvicorn.Server(config)
        with _ended_by_signals(server):
            ready(address(listener, "https" if tls else "http"))
            server.run(sockets=[listener])


@contextmanager
def _ended_by_signals(server: uvicorn.Server) -> Iterator[None]:
    # uvicorn drains on a signal, then raises it again for the handler that was there before; this
    # one makes of that a plain return, and catches a signal that comes before uvicorn listens.
    def end(*_: object) -> None:
        server.should_exit = True

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _log_to_standard_error() -> None:
    logger = logging.getLogger("relevo.serve")
    if not logger.hasHandlers():
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
