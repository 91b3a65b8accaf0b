"""`Scribe`: brings what the workers' journals hold to the store, in large steps."""

from __future__ import annotations

import fcntl
import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import IO

from relevo.errors import StoreMistake
from relevo.serve.backlog import JOURNAL, Backlog
from relevo.serve.entries import read_entries
from relevo.store import Store
from relevo.words import say

_LOCK = "scribe.lock"
_STEP_BYTES = 2_000_000
# Commits of the store and of the journals wait for the same disk: few large ones hold up less.
_PAUSE_SECONDS, _TROUBLE_SECONDS = 0.5, 0.5
_LOOK_SECONDS = 0.01
_FORGET_EVERY = timedelta(minutes=10)

logger = logging.getLogger("relevo.serve")


class Scribe:
    """Delivers a project's journals, one process at a time.

    A line is delivered once: it is noted how far a file was read, and the store passes over a
    prediction that it has already. A file goes when it is delivered and its writer is gone.

    Parameters
    ----------
    store
        Where predictions go.
    folder
        The project's state; the journals lie in `journal` there.
    keep_days
        How long the store keeps predictions; None for ever.

    Attributes
    ----------
    trouble
        Why the store takes nothing; None when it does.

    """

    def __init__(self, store: Store, folder: Path, keep_days: float | None = None) -> None:
        self.trouble: StoreMistake | None = None
        self._store = store
        self._folder = folder / JOURNAL
        self._backlog = Backlog(self._folder)
        self._lock: IO[str] | None = None
        self._delivered: dict[str, int] = {}
        self._keep = None if keep_days is None else timedelta(days=keep_days)
        self._forgotten_at = datetime.min.replace(tzinfo=UTC)

    def run(self, stopping: Callable[[], bool], wait: Callable[[float], object]) -> None:
        """Deliver again and again until told to stop.

        Parameters
        ----------
        stopping
            Whether to stop.
        wait
            Waits so many seconds, or less when told to stop; called a hundred times a second.

        """
        while not stopping():
            delivered = self._turn()
            pause = _TROUBLE_SECONDS if delivered is None else _PAUSE_SECONDS
            until = monotonic() + (0.0 if (delivered or 0) >= _STEP_BYTES else pause)
            while not stopping() and monotonic() < until and not self._backlog.hurried():
                wait(_LOOK_SECONDS)

    def finish(self) -> None:
        """Deliver all that is left, as far as the store takes it, and let another one work."""
        while self._turn():
            pass
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _turn(self) -> int | None:
        """Deliver a step of each file; gives how many bytes, None when that is not possible."""
        if not self._alone():
            return None
        try:
            delivered = self._deliver()
            self._forget()
        except StoreMistake as mistake:
            if self.trouble is None:
                logger.error("%s", mistake)
            self.trouble = mistake
            return None
        self.trouble = None
        return delivered

    def _deliver(self) -> int:
        before = dict(self._delivered)
        steps = [self._step(path) for path in self._backlog.files()]
        if self._delivered != before:
            self._backlog.note(self._delivered)
        return sum(steps)

    def _step(self, path: Path) -> int:
        start = self._delivered.get(path.name, 0)
        with path.open("rb") as file:
            file.seek(start)
            found = file.read(_STEP_BYTES) + file.readline()
            whole = found.rfind(b"\n") + 1
            if whole:
                entries = read_entries(found[:whole])
                if torn := found.count(b"\n", 0, whole) - len(entries):
                    logger.error("%s", say("serve.torn_lines", n=torn, file=path.name))
                self._store.deliver_predictions([entry.record() for entry in entries])
                self._delivered[path.name] = start + whole
            elif _abandoned(file.fileno()) and file.tell() == os.fstat(file.fileno()).st_size:
                path.unlink()
                self._delivered.pop(path.name, None)
        return whole

    def _forget(self) -> None:
        now = datetime.now(UTC)
        if self._keep is not None and now - self._forgotten_at > _FORGET_EVERY:
            self._store.forget_predictions(now - self._keep)
            self._forgotten_at = now

    def _alone(self) -> bool:
        if self._lock is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = (self._folder / _LOCK).open("a")
            if not _locked(lock.fileno()):
                lock.close()
                return False
            self._lock, self._delivered = lock, self._backlog.delivered()
        return True


@contextmanager
def scribing(store: Store, folder: Path) -> Iterator[Scribe]:
    """A scribe at work in a thread, for as long as the block lasts."""
    scribe, stop = Scribe(store, folder), threading.Event()
    thread = threading.Thread(target=scribe.run, args=(stop.is_set, stop.wait), name="scribe")
    thread.start()
    try:
        yield scribe
    finally:
        stop.set()
        thread.join()
        scribe.finish()


def settle(store: Store, folder: Path, patience_seconds: float = 2.0) -> None:
    """Return when the store has what a project's endpoint has answered by now.

    What a server that was killed has left is delivered here; a server that runs does it itself,
    and is waited for, though not for ever.
    """
    backlog = Backlog(folder / JOURNAL)
    waiting = backlog.waiting()
    if not waiting:
        return
    Scribe(store, folder).finish()
    if backlog.has(waiting):
        return
    backlog.hurry()
    deadline = monotonic() + patience_seconds
    while not backlog.has(waiting) and monotonic() < deadline:
        sleep(_LOOK_SECONDS)


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _abandoned(handle: int) -> bool:
    """Whether nobody writes to a file any more: its writer holds a lock while it lives."""
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
