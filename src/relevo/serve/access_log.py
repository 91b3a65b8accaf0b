"""`AccessLog`: who asked for what and when, one line of JSON per request."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections import deque
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

_LONGEST_PATH = 200
_MOST_WAITING = 100_000
_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK

logger = logging.getLogger("relevo.serve")


class Access(NamedTuple):
    """One answered request.

    Attributes
    ----------
    at
        When it was answered, in seconds since 1970.
    method, path
        What was asked for; the path without its query, which may hold values of rows.
    status, seconds, size
        Of the answer; its size in bytes.
    key
        The name of the key; empty without one.
    client
        The caller's address.
    version
        The version that serves; None before there is one.

    """

    at: float
    method: str
    path: str
    status: int
    seconds: float
    size: int
    key: str
    client: str
    version: int | None


class AccessLog:
    """Lines for a file, written by a thread once a second; a request never waits for it, or fails.

    The file is opened for each writing, so that it may be moved away at any time; several processes
    may write to it. What cannot be written is tried again, and beyond 100,000 lines it is counted
    and dropped.

    Parameters
    ----------
    file
        Where the lines go; nothing is kept when None.
    seconds
        Between two writings: what a kill may lose.

    """

    def __init__(self, file: Path | None, seconds: float = 1.0) -> None:
        self._file = file
        self._seconds = seconds
        self._waiting: deque[Access] = deque()
        self._unwritten = b""
        self._dropped = 0
        self._failing = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="access log", daemon=True)

    @property
    def kept(self) -> bool:
        """Whether lines are kept at all."""
        return self._file is not None

    def note(self, access: Access) -> None:
        """Keep one line; at once."""
        if self._file is None:
            return
        if len(self._waiting) < _MOST_WAITING:
            self._waiting.append(access)
        else:
            self._dropped += 1

    def start(self) -> None:
        """Begin to write, in a thread."""
        if self._file is not None:
            self._thread.start()

    def stop(self) -> None:
        """Write what waits, then end."""
        if self._thread.is_alive():
            self._stopping.set()
            self._thread.join()

    def write(self) -> None:
        """Write what waits; for the thread, or where there is none."""
        if self._file is None:
            return
        if not self._unwritten:
            self._unwritten = self._lines()
        try:
            self._append(self._file)
            self._failing = False
        except OSError as error:
            if not self._failing:
                logger.error("%s", error)
            self._failing = True

    def _run(self) -> None:
        ended = False
        while not ended:
            ended = self._stopping.wait(self._seconds)
            self.write()

    def _lines(self) -> bytes:
        taken = [self._waiting.popleft() for _ in range(len(self._waiting))]
        lines = [_line(access) for access in taken]
        if self._dropped:
            lines.append(json.dumps({"dropped": self._dropped}))
            self._dropped = 0
        return "".join(f"{line}\n" for line in lines).encode()

    def _append(self, file: Path) -> None:
        if not self._unwritten:
            return
        descriptor = os.open(file, _APPEND, 0o640)
        try:
            while self._unwritten:
                written = os.write(descriptor, self._unwritten)
                self._unwritten = self._unwritten[written:]
        finally:
            os.close(descriptor)


def _line(access: Access) -> str:
    # JSON in ASCII: nothing that a caller sends begins a new line, or moves a terminal's cursor.
    at = datetime.fromtimestamp(access.at, UTC).isoformat(timespec="milliseconds")
    return json.dumps(
        {
            "at": at.replace("+00:00", "Z"),
            "method": access.method[:_LONGEST_PATH],
            "path": access.path[:_LONGEST_PATH],
            "status": access.status,
            "ms": round(access.seconds * 1000, 3),
            "bytes": access.size,
            "key": access.key or None,
            "client": access.client or None,
            "version": access.version,
        }
    )
