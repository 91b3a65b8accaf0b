"""`Tail`: the newest lines of all journals, as they are written."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from relevo.serve.backlog import Backlog
from relevo.serve.entries import Entry, read_entries

_STEP_BYTES = 2_000_000


@dataclass
class _Open:
    handle: int
    position: int


class Tail:
    """What is appended to a project's journals from now on.

    A file that was removed in the meantime is read to its end. Who falls too far behind jumps to
    the newest lines: nothing ever waits for it.

    Parameters
    ----------
    folder
        The journals'.
    most_bytes
        How far it may fall behind in one file.

    Attributes
    ----------
    passed_over
        How many lines were jumped over.

    """

    def __init__(self, folder: Path, most_bytes: int = 32_000_000) -> None:
        self.passed_over = 0
        self._backlog = Backlog(folder)
        self._most_bytes = most_bytes
        self._open: dict[Path, _Open] = {}
        self._find()
        for one in self._open.values():
            one.position = os.fstat(one.handle).st_size

    def read(self) -> list[Entry]:
        """The next lines, up to two megabytes of each file; none when there is nothing new."""
        there = self._find()
        found = []
        for path, one in list(self._open.items()):
            lines = self._next(one)
            found += read_entries(lines)
            if not lines and path not in there:
                os.close(self._open.pop(path).handle)
        return found

    def close(self) -> None:
        """Let go of the files."""
        while self._open:
            os.close(self._open.popitem()[1].handle)

    def _find(self) -> set[Path]:
        there = self._backlog.files()
        for path in there:
            if path not in self._open:
                try:
                    self._open[path] = _Open(os.open(path, os.O_RDONLY), 0)
                except FileNotFoundError:  # delivered and removed a moment ago
                    continue
        return set(there)

    def _next(self, one: _Open) -> bytes:
        behind = os.fstat(one.handle).st_size - one.position
        if behind > self._most_bytes:
            self.passed_over += self._skip(one, behind - self._most_bytes // 2)
        found = os.pread(one.handle, _STEP_BYTES, one.position)
        whole = found.rfind(b"\n") + 1
        one.position += whole
        return found[:whole]

    def _skip(self, one: _Open, most: int) -> int:
        lines = 0
        while most > 0:
            found = os.pread(one.handle, min(most, _STEP_BYTES), one.position)
            whole = found.rfind(b"\n") + 1
            if not whole:
                break
            lines += found.count(b"\n")
            one.position += whole
            most -= whole
        return lines
