"""`repeat`: do something again and again, by APScheduler, on a clock that nobody puts back."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from time import monotonic, time
from typing import Any

_JOB = "look"
_SHIFTED_SECONDS = 1.0
_CLOCK_SECONDS = 30.0  # how often the clock is compared with one that only goes forward


def repeat(work: Callable[[], float]) -> None:
    """Call `work` now, and again as many seconds after it ended as it says.

    Ends with whatever `work` raises, and with KeyboardInterrupt on SIGINT or SIGTERM. A clock that
    is put forward or back neither hastens nor delays a call. Calls never overlap.
    """
    scheduler = _scheduler(work)
    with _interrupted_by_signals(scheduler):
        scheduler.start()
    if scheduler.ended_by is not None:
        raise scheduler.ended_by


def _scheduler(work: Callable[[], float]) -> Any:
    # Imported when it is needed: it takes a tenth of a second.
    from apscheduler.executors.debug import DebugExecutor
    from apscheduler.schedulers.blocking import BlockingScheduler
    from apscheduler.triggers.base import BaseTrigger

    class AsSaid(BaseTrigger):  # type: ignore[misc]
        """At once, and then as many seconds later as the last call said."""

        seconds: float | None = 0.0

        def get_next_fire_time(self, former: datetime | None, now: datetime) -> datetime | None:
            if self.seconds is None:
                return None
            return datetime.now(UTC) + timedelta(seconds=self.seconds)

    class Scheduler(BlockingScheduler):  # type: ignore[misc]
        """One job, in the main thread: signals reach it there."""

        def __init__(self) -> None:
            super().__init__(timezone=UTC, executors={"default": DebugExecutor()})
            self.ended_by: BaseException | None = None
            self.interrupted = False
            self._trigger = AsSaid()
            self._wall, self._steady = time(), monotonic()
            self.add_job(self._work, self._trigger, id=_JOB, misfire_grace_time=None)

        def _work(self) -> None:
            try:
                self._trigger.seconds = work()
            except BaseException as error:  # APScheduler would log it and go on
                self.ended_by, self._trigger.seconds = error, None
            self._wall, self._steady = time(), monotonic()  # the next call is set by this clock

        def _process_jobs(self) -> float | None:
            self._follow_the_clock()
            wait = super()._process_jobs()
            if self.ended_by is not None:
                self.shutdown(wait=False)
            elif self.interrupted:  # between two lines of APScheduler's
                raise KeyboardInterrupt
            return None if wait is None else min(wait, _CLOCK_SECONDS)

        def _follow_the_clock(self) -> None:
            wall, steady = time(), monotonic()
            shift = (wall - self._wall) - (steady - self._steady)
            self._wall, self._steady = wall, steady
            job = self.get_job(_JOB)
            if job is not None and abs(shift) > _SHIFTED_SECONDS:
                job.modify(next_run_time=job.next_run_time + timedelta(seconds=shift))

    return Scheduler()


@contextmanager
def _interrupted_by_signals(scheduler: Any) -> Iterator[None]:
    """Inside, SIGINT and SIGTERM raise KeyboardInterrupt; only the main thread can be told."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(*_: object) -> None:
        scheduler.interrupted = True
        raise KeyboardInterrupt

    ending = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, interrupt) for number in ending}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
