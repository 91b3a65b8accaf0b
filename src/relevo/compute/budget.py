"""`Budget`: seconds of wall time that a piece of work may take, and a way to stop it early."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable

from relevo.errors import OptionMistake

_NO_DEADLINE_S = 1e9  # thirty years
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}


class Budget:
    """A deadline that starts to run when it is made.

    Parameters
    ----------
    seconds
        Wall time from now on.
    clock
        Seconds from a fixed point; another clock makes tests exact.

    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._start = clock()
        self._stop = threading.Event()

    @classmethod
    def parse(cls, text: str | float) -> Budget:
        """A budget from `"60s"`, `"5m"`, `"1h"` or a number of seconds.

        Raises
        ------
        OptionMistake
            When the text is no duration, or is zero or less.

        """
        return cls(parse_duration(text))

    @property
    def used(self) -> float:
        """Seconds since the start."""
        return self._clock() - self._start

    @property
    def remaining(self) -> float:
        """Seconds left; zero when spent or stopped."""
        return 0.0 if self._stop.is_set() else max(0.0, self.seconds - self.used)

    @property
    def spent(self) -> bool:
        """Whether work should end now with the best so far."""
        return self.remaining <= 0.0

    @property
    def stopped(self) -> bool:
        """Whether somebody asked to stop before the time was up."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Ask the work to end with the best so far (Ctrl-C)."""
        self._stop.set()

    def part(self, share: float) -> Budget:
        """A budget over a share of what remains, stopped together with this one."""
        part = Budget(self.remaining * share, self._clock)
        part._stop = self._stop
        return part

    def without_deadline(self) -> Budget:
        """A budget that only `stop` ends, stopped together with this one."""
        free = Budget(_NO_DEADLINE_S, self._clock)
        free._stop = self._stop
        return free

    def __reduce__(self) -> tuple[object, ...]:
        # The monotonic clock is the machine's: the copy in another process has the same deadline.
        return _resumed, (self.seconds, self._start, self._clock)


def parse_duration(text: str | float) -> float:
    """Seconds in `"90"`, `"60s"`, `"500ms"`, `"5m"` or `"1h"`.

    Examples
    --------
    >>> parse_duration("5m")
    300.0

    """
    match = re.fullmatch(r"\s*([0-9]*\.?[0-9]+)\s*(ms|s|m|min|h)?\s*", str(text))
    seconds = float(match[1]) * _UNITS[match[2] or "s"] if match else 0.0
    if seconds <= 0:
        raise OptionMistake("compute.bad_budget", budget=text)
    return seconds


def _resumed(seconds: float, start: float, clock: Callable[[], float]) -> Budget:
    budget = Budget(seconds, clock)
    budget._start = start
    return budget
