"""`Journal`: predictions on this machine's disk before they are answered, in files of lines.

A database may be slow, busy or gone; a file is none of these. Each worker appends to a file of its
own, many requests with one `fdatasync` (group commit), and `Scribe` brings the lines to the store.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from relevo.errors import StoreMistake
from relevo.problem.problem import Durability
from relevo.serve.backlog import SUFFIX
from relevo.serve.refusal import unavailable

_MOST_BYTES = 16_000_000  # of one file
_BATCHED_SECONDS = 0.005
_MOST_WAITING_BYTES = 64_000_000
# A disk that takes no longer than this is waited for on the spot: to go to a thread and back costs
# as much, and those who wait are nearly always all there are. A slower one gets a thread.
_QUICK_SECONDS = 0.0005
_MEMORY = 50  # writes that the usual time is a mean of
_TURNS = 2  # of the event loop, from a request's bytes to its lines
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

logger = logging.getLogger("relevo.serve")


@dataclass(frozen=True)
class _Waiting:
    lines: bytes
    rows: int
    tell: Callable[[StoreMistake | None], None] | None


class Journal:
    """The journal of one worker.

    Parameters
    ----------
    folder
        Of all workers' files; made when it is missing.
    name
        Of this worker's, different from every other's there ever was.
    durability
        `committed`: `keep` returns when the lines are on disk; `batched`: some milliseconds before.

    Attributes
    ----------
    waiting
        How many predictions are not on disk yet.
    trouble
        Why the last write failed; None when it did not.
    refusing
        Says why nothing may be kept for the time being; None when it may.

    """

    def __init__(self, folder: Path, name: str, durability: Durability = "committed") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.waiting = 0
        self.trouble: StoreMistake | None = None
        self.refusing: Callable[[], StoreMistake | None] = lambda: None
        self._folder, self._name, self._batched = folder, name, durability == "batched"
        self._file = _File(folder, name, 0)
        self._pending: list[_Waiting] = []
        self._pending_bytes = 0
        self._usual_seconds = 0.0
        self._disk = ThreadPoolExecutor(1, "journal")
        self._writing: asyncio.Task[None] | None = None

    async def keep(self, lines: bytes, rows: int) -> None:
        """Append whole lines that hold so many predictions.

        Raises
        ------
        StoreMistake
            When they could not be written; then none of them is in the journal.
        Refusal
            When too many wait already, or nothing may be kept for the time being.

        """
        on_disk = asyncio.get_running_loop().create_future()

        def tell(mistake: StoreMistake | None) -> None:
            if on_disk.done():  # who waited has gone
                return
            if mistake is None:
                on_disk.set_result(None)
            else:
                on_disk.set_exception(mistake)

        self.keep_and_tell(lines, rows, tell)
        await on_disk

    def keep_and_tell(
        self, lines: bytes, rows: int, tell: Callable[[StoreMistake | None], None]
    ) -> None:
        """The same without waiting: `tell` is called with what went wrong, or with None.

        Raises
        ------
        Refusal
            When too many wait already, or nothing may be kept for the time being.

        """
        mistake = self.refusing()
        if mistake is None and self._pending_bytes > _MOST_WAITING_BYTES:
            mistake = StoreMistake("serve.log_behind", waiting=self.waiting)
        if mistake is not None:
            raise unavailable(mistake)
        if not lines:  # none of them is to be logged
            return tell(None)
        self._pending.append(_Waiting(lines, rows, None if self._batched else tell))
        self._pending_bytes += len(lines)
        self.waiting += rows
        if self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write_all())
        if self._batched:
            tell(None)
        return None

    async def stop(self) -> None:
        """Write what waits, then let go of the file."""
        while self._writing is not None:
            await self._writing
        self._disk.shutdown()
        self._file.close()

    async def _write_all(self) -> None:
        try:
            while self._pending:
                await self._gather()
                group, self._pending, self._pending_bytes = self._pending, [], 0
                self._settle(group, await self._written(b"".join([one.lines for one in group])))
        finally:
            self._writing = None

    async def _gather(self) -> None:
        """Wait for company: for some milliseconds, or for as long as more come with each look."""
        if self._batched:
            await asyncio.sleep(_BATCHED_SECONDS)
            return
        seen = 0
        while len(self._pending) > seen:
            seen = len(self._pending)
            for _ in range(_TURNS):
                await asyncio.sleep(0)

    async def _written(self, lines: bytes) -> StoreMistake | None:
        if self._usual_seconds > _QUICK_SECONDS:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._disk, self._write, lines)
        return self._write(lines)

    def _write(self, lines: bytes) -> StoreMistake | None:
        started = perf_counter()
        try:
            if self._file.size > _MOST_BYTES:
                self._file.close()
                self._file = _File(self._folder, self._name, self._file.number + 1)
            self._file.append(lines)
        except OSError as error:
            key = "store.full" if error.errno in _FULL else "store.failed"
            return StoreMistake(key, where=self._folder, detail=error.strerror)
        self._usual_seconds += (perf_counter() - started - self._usual_seconds) / _MEMORY
        return None

    def _settle(self, group: list[_Waiting], mistake: StoreMistake | None) -> None:
        if mistake is not None and self.trouble is None:
            logger.error("%s", mistake)
        self.trouble = mistake
        for one in group:
            self.waiting -= one.rows
            if one.tell is not None:
                one.tell(mistake)


class _File:
    """One file of the journal, locked for as long as its writer lives."""

    def __init__(self, folder: Path, name: str, number: int) -> None:
        self.number, self.size = number, 0
        path = folder / f"{name}-{number:06d}{SUFFIX}"
        self._handle = _opened(path)
        while not _is_there(path, self._handle):  # taken for an abandoned one before it was locked
            os.close(self._handle)
            self._handle = _opened(path)

    def append(self, lines: bytes) -> None:
        """Put lines on disk, all or none of them."""
        try:
            left = memoryview(lines)
            while left:
                left = left[os.write(self._handle, left) :]
            os.fdatasync(self._handle)
        except OSError:
            os.ftruncate(self._handle, self.size)
            raise
        self.size += len(lines)

    def close(self) -> None:
        os.close(self._handle)


def _opened(path: Path) -> int:
    handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


def _is_there(path: Path, handle: int) -> bool:
    try:
        return path.stat().st_ino == os.fstat(handle).st_ino
    except FileNotFoundError:
        return False
