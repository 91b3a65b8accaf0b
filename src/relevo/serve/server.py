"""`serve`: answer requests over HTTP until told to stop."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from relevo.problem.problem import Problem
from relevo.serve.children import Children
from relevo.serve.exposed import refuse_exposed
from relevo.serve.listen import address, listen
from relevo.serve.logs import log_to_standard_error
from relevo.serve.scribe import Scribe
from relevo.serve.snapshots import METRICS, forget_snapshots
from relevo.serve.tls import TlsFiles, tls
from relevo.store import Store
from relevo.words import language, say


def announce(url: str) -> None:
    """Say on standard error where the endpoint is."""
    print(say("serve.address", url=url), file=sys.stderr, flush=True)


def serve(
    problem: Problem,
    where: str | Path,
    folder: Path,
    host: str = "127.0.0.1",
    port: int = 8000,
    ready: Callable[[str], None] = announce,
    tls_files: TlsFiles = None,
) -> None:
    """Serve the champion of a project until SIGINT or SIGTERM, then answer what has come and end.

    This process holds the port, keeps the others at work and brings their journals to the store:
    workers answer requests, and each challenger is mirrored in a process of its own. Without a
    champion the endpoint waits for one, answering 503.

    Parameters
    ----------
    problem
        The project's; its name is the project's in the store.
    where
        The store, as `Store.open` takes it.
    folder
        What the folders of versions are relative to; the journals lie in it.
    host, port
        Where to listen; port 0 takes a free one.
    ready
        Called with the URL once it answers.
    tls_files
        The certificate and its key, in PEM, that connections are encrypted with.

    Raises
    ------
    OptionMistake
        When the port cannot be had, others reach it and the store has no key, or the files of TLS
        are none.
    ModelMistake, StoreMistake
        When there is a champion and it cannot be loaded, or the store cannot be opened.

    """
    log_to_standard_error()
    if tls_files is not None:
        tls(*map(Path, tls_files))  # a mistake is told now, not by each worker
    with listen(host, port) as listener, Store.open(where, problem.name) as store:
        refuse_exposed(listener.getsockname()[0], store)
        settings = {
            "problem": problem.model_dump(mode="json"),
            "where": str(where),
            "folder": str(folder),
            "lang": language(),
            "socket": listener.fileno(),
            "tls": tls_files,
        }
        children = Children(settings, (listener.fileno(),), problem.serve.workers, store)
        scribe = Scribe(store, folder, problem.serve.keep_days)
        forget_snapshots(folder / METRICS)
        with _told_by_signals() as told_to_stop:
            try:
                children.start()
                ready(address(listener, "https" if tls_files else "http"))
                _work(scribe, children, told_to_stop)
            finally:
                listener.close()  # nobody comes any more; the workers answer who has come
                children.stop()
            scribe.finish()


def _work(scribe: Scribe, children: Children, told_to_stop: threading.Event) -> None:
    def wait(seconds: float) -> None:
        children.look_after()
        told_to_stop.wait(seconds)

    scribe.run(told_to_stop.is_set, wait)


@contextmanager
def _told_by_signals() -> Iterator[threading.Event]:
    told = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield told
        return
    numbers = (signal.SIGINT, signal.SIGTERM)
    former = {number: signal.signal(number, lambda *_: told.set()) for number in numbers}
    try:
        yield told
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
