"""`apart`: a call in a process of its own, which can neither hurt its caller nor outlive it."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Generic, TypeVar

from relevo.compute.budget import Budget
from relevo.compute.meter import MAXRSS_MB, Usage
from relevo.words import language, say

Result = TypeVar("Result")

ORDER, ANSWER, LAST_WORDS = "order", "answer", "last words"
STOP = b"s"
_LOOK_EVERY_S = 0.02
# After the end of the budget, to finish what cannot be interrupted: on a busy machine that takes
# many times as long as on an idle one, and whoever is killed leaves nothing.
_GRACE_S = 60.0


@dataclass(frozen=True)
class Outcome(Generic[Result]):
    """What became of a call.

    Attributes
    ----------
    result
        What it returned; None when it failed.
    failure
        Why it failed, in words; empty when it did not.
    usage
        What its process cost. Its children's time counts; the memory is its own, or at most so
        much when it did not live to tell.

    """

    result: Result | None
    failure: str
    usage: Usage


def apart(
    function: Callable[..., Result],
    *arguments: Any,
    budget: Budget,
    memory_mb: float = inf,
    grace_seconds: float = _GRACE_S,
) -> Outcome[Result]:
    """Call `function(*arguments, budget)` in a fresh process and wait for it.

    Whatever becomes of that process (an error, a crash, want of memory, a hang), the caller gets
    an answer. When the budget is stopped the function's own budget is, too, so that it ends with
    the best so far; what goes on beyond the grace is killed, with all processes that it began.
    They end as well when the caller does, however that ends.

    Parameters
    ----------
    function
        Importable by name; it takes the budget as its last argument.
    arguments
        What pickle can hold; large tables better lie in files.
    budget
        The time for it, the start of the process included.
    memory_mb
        The most memory, in 10^6 bytes, that it may take.
    grace_seconds
        How long after the end of the budget it may live.

    Examples
    --------
    >>> from relevo.compute.apart import apart
    >>> outcome = apart(max, [1, 3], budget=Budget(60.0))
    >>> outcome.result, "TypeError" in outcome.failure  # `max` cannot compare lists and budgets
    (None, True)

    """
    order = (function, arguments, budget, memory_mb, language())
    with tempfile.TemporaryDirectory(prefix="relevo-") as name:
        folder = Path(name)
        (folder / ORDER).write_bytes(pickle.dumps(order))
        status, usage = _Process(folder).ended(budget, grace_seconds)
        return _outcome(folder, status, usage, memory_mb)


class _Process:
    """The fresh process, in a session of its own: a terminal's Ctrl-C is its caller's to answer."""

    def __init__(self, folder: Path) -> None:
        self._began = monotonic()
        with (folder / LAST_WORDS).open("wb") as words:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "relevo.compute.apart_process", str(folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=words,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                start_new_session=True,
            )

    def ended(self, budget: Budget, grace_seconds: float) -> tuple[int | None, Usage]:
        """Its exit code, None when it had to be killed, and what it cost."""
        told, killed_from = False, inf
        try:
            while (done := os.wait4(self._process.pid, os.WNOHANG))[0] == 0:
                now = monotonic()
                if budget.stopped and not told:
                    told = self._tell_to_stop()
                if budget.spent:
                    killed_from = min(killed_from, now + grace_seconds)
                if now > killed_from:
                    self._kill()
                    done = os.wait4(self._process.pid, 0)
                    return None, self._usage(done[2])
                sleep(_LOOK_EVERY_S)
        except BaseException:
            self._kill()
            os.wait4(self._process.pid, 0)
            raise
        finally:
            self._process.returncode = 0  # it is waited for, and Popen need not
            self._close()
        return os.waitstatus_to_exitcode(done[1]), self._usage(done[2])

    def _tell_to_stop(self) -> bool:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # it has just ended
            self._process.stdin.write(STOP)
            self._process.stdin.flush()
        return True

    def _kill(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)

    def _close(self) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()

    def _usage(self, used: Any) -> Usage:
        seconds = used.ru_utime + used.ru_stime
        return Usage(monotonic() - self._began, seconds, used.ru_maxrss * MAXRSS_MB)


def _outcome(folder: Path, status: int | None, usage: Usage, memory_mb: float) -> Outcome[Any]:
    if (folder / ANSWER).exists():  # written whole, or not at all
        result, failure, peak_memory_mb = pickle.loads((folder / ANSWER).read_bytes())
        return Outcome(result, failure, replace(usage, peak_memory_mb=peak_memory_mb))
    return Outcome(None, _cause(folder, status, usage, memory_mb), usage)


def _cause(folder: Path, status: int | None, usage: Usage, memory_mb: float) -> str:
    if status is None:
        return say("compute.apart_hung", seconds=f"{usage.wall_seconds:.0f}")
    lines = (folder / LAST_WORDS).read_text(encoding="utf-8", errors="replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "-")
    if "bad_alloc" in last or "MemoryError" in last or "memory allocation" in last:
        return out_of_memory(memory_mb)
    if status < 0:
        return say("compute.apart_killed", signal=signal.Signals(-status).name, last=last)
    return say("compute.apart_died", code=status, last=last)


def out_of_memory(memory_mb: float) -> str:
    """That the memory was not enough, in words."""
    return say("compute.apart_memory", most=f"{memory_mb:.0f}")
