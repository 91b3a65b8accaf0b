"""`Meter`: what a piece of work cost in time and memory."""

from __future__ import annotations

import resource
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

# Of ru_maxrss, in 10^6 bytes, see getrusage(2).
MAXRSS_MB = (1 if sys.platform == "darwin" else 1024) / 1e6


@dataclass(frozen=True)
class Usage:
    """The cost of a piece of work.

    Attributes
    ----------
    wall_seconds
        Time by the clock.
    cpu_seconds
        Time of all cores together, ended child processes included.
    peak_memory_mb
        The largest memory that this process has held so far, plus, when children worked, at most
        that of the largest ended one: on Linux a child counts what its parent held as it began.

    """

    wall_seconds: float
    cpu_seconds: float
    peak_memory_mb: float


class Meter:
    """Measures what is done inside its `with` block.

    Examples
    --------
    >>> with Meter() as meter:
    ...     total = sum(range(1000))
    >>> meter.usage.wall_seconds < 60
    True

    """

    def start(self) -> Meter:
        """Begin without a block: `usage` then tells the cost up to now."""
        self._start = _now()
        return self

    def __enter__(self) -> Meter:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self._end = _now()

    @property
    def usage(self) -> Usage:
        """The cost up to the end of the block, or up to now while it runs."""
        start, end = self._start, getattr(self, "_end", None) or _now()
        children = end[2] - start[2]
        memory = end[3] + (end[4] if children > 0 else 0)
        return Usage(end[0] - start[0], end[1] - start[1] + children, memory)


def peak_memory_mb() -> float:
    """The largest memory that this process itself has held so far, in 10^6 bytes.

    Linux hands ru_maxrss on from the parent that began a process; VmHWM is the program's own.
    """
    with suppress(OSError, IndexError):
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        return int(status.split("VmHWM:")[1].split()[0]) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_MB


def _now() -> tuple[float, float, float, float, float]:
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (
        time.perf_counter(),
        own.ru_utime + own.ru_stime,
        children.ru_utime + children.ru_stime,
        peak_memory_mb(),
        children.ru_maxrss * MAXRSS_MB,
    )
