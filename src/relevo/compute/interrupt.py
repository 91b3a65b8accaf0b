"""Ctrl-C: the first one asks the work to end with the best so far, the second one ends it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from relevo.compute.budget import Budget


@contextmanager
def stop_on_interrupt(budget: Budget) -> Iterator[None]:
    """Inside, the first Ctrl-C stops the budget; a second one raises KeyboardInterrupt.

    Only the main thread can receive signals; elsewhere nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(signal_number: int, frame: FrameType | None) -> None:
        if budget.stopped:
            raise KeyboardInterrupt
        budget.stop()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
