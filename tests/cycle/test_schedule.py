"""Again and again, whatever the clock says."""

from __future__ import annotations

import os
import signal
from datetime import datetime, tzinfo
from threading import Timer
from time import monotonic, time
from typing import Self

import pytest
from apscheduler.schedulers import base

from relevo.cycle import schedule
from relevo.cycle.schedule import repeat


class Enough(Exception):
    """Ends a test."""


def test_work_is_done_until_it_raises() -> None:
    done: list[int] = []

    def work() -> float:
        done.append(len(done))
        if len(done) == 3:
            raise Enough
        return 0.0

    with pytest.raises(Enough):
        repeat(work)
    assert done == [0, 1, 2]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_in_the_middle_of_the_work_ends_it(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt):
        repeat(lambda: os.kill(os.getpid(), number) or 0.0)
    assert signal.getsignal(number) is before


@pytest.mark.parametrize("when", ["at work", "between"])
@pytest.mark.parametrize("shift", [-86_400.0, 86_400.0])
def test_a_clock_that_is_moved_neither_hastens_nor_delays_the_work(
    shift: float, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = [0.0]

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp(time() + moved[0], tz)

    monkeypatch.setattr(schedule, "datetime", Clock)
    monkeypatch.setattr(base, "datetime", Clock)
    monkeypatch.setattr(schedule, "time", lambda: time() + moved[0])
    monkeypatch.setattr(schedule, "_CLOCK_SECONDS", 0.05)
    called: list[float] = []

    def jump() -> None:
        moved[0] = shift

    def work() -> float:
        called.append(monotonic())
        if len(called) == 2:
            raise Enough
        if when == "at work":
            jump()
        else:
            Timer(0.3, jump).start()
        return 1.0

    with pytest.raises(Enough):
        repeat(work)
    # Moved along with the clock it would come at once or in a day, and the test would not end.
    assert called[1] - called[0] >= 0.9
