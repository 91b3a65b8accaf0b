"""`PredictionLog`: predictions on disk before they are answered, many requests in one commit."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue

from relevo.errors import StoreMistake
from relevo.serve.refusal import unavailable
from relevo.store.records import PredictionRecord

_MOST_REQUESTS = 1_000  # in one commit

logger = logging.getLogger("relevo.serve")


@dataclass(frozen=True)
class _Waiting:
    records: Sequence[PredictionRecord]
    committed: asyncio.Future[None]


class PredictionLog:
    """One thread writes what waits, all in one transaction (group commit), then says so.

    Parameters
    ----------
    write
        Puts records on disk, or raises and has written none: `Store.log_predictions`.
    most_waiting
        How many predictions may wait; beyond it a request is refused at once.

    Attributes
    ----------
    waiting
        How many predictions are not on disk yet.
    trouble
        Why the last write failed; None when it did not.

    """

    def __init__(
        self,
        write: Callable[[Sequence[PredictionRecord]], None],
        most_waiting: int = 50_000,
    ) -> None:
        self.waiting = 0
        self.trouble: StoreMistake | None = None
        self._write = write
        self._most_waiting = most_waiting
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to write; called in the event loop whose requests wait."""
        loop = asyncio.get_running_loop()
        self._thread = threading.Thread(
            target=self._run, args=(loop,), name="prediction log", daemon=True
        )
        self._thread.start()

    async def stop(self) -> None:
        """Write what waits, then end."""
        self._queue.put(None)
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)

    async def keep(self, records: Sequence[PredictionRecord]) -> None:
        """Return when the records are on disk.

        Raises
        ------
        StoreMistake
            When the store refuses them: none was written.
        Refusal
            When too many wait already.

        """
        if self.waiting and self.waiting + len(records) > self._most_waiting:
            raise unavailable(StoreMistake("serve.log_behind", waiting=self.waiting))
        committed = asyncio.get_running_loop().create_future()
        self.waiting += len(records)
        self._queue.put(_Waiting(records, committed))
        await committed

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        ended = False
        while not ended:
            group = self._next_group()
            ended = None in group
            waiting = [one for one in group if one is not None]
            error = self._try(waiting) if waiting else None
            with suppress(RuntimeError):  # the loop is gone: nobody waits for the answer
                loop.call_soon_threadsafe(self._settle, waiting, error)

    def _next_group(self) -> list[_Waiting | None]:
        group = [self._queue.get()]
        while len(group) < _MOST_REQUESTS and not self._queue.empty():
            group.append(self._queue.get())
        return group

    def _try(self, group: Sequence[_Waiting]) -> Exception | None:
        try:
            self._write([record for one in group for record in one.records])
        except Exception as error:
            if self.trouble is None:
                logger.error("%s", error)
            return error
        return None

    def _settle(self, group: Sequence[_Waiting], error: Exception | None) -> None:
        self.trouble = error if isinstance(error, StoreMistake) else None
        for one in group:
            self.waiting -= len(one.records)
            if one.committed.done():
                continue
            if error is None:
                one.committed.set_result(None)
            else:
                one.committed.set_exception(error)
