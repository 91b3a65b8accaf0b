"""The process that `apart` starts: it does one call, and ends when its caller does."""

from __future__ import annotations

import os
import pickle
import resource
import signal
import sys
import threading
from contextlib import suppress
from math import isfinite
from pathlib import Path

from relevo.compute.apart import ANSWER, ORDER, STOP, out_of_memory
from relevo.compute.budget import Budget
from relevo.compute.meter import peak_memory_mb
from relevo.errors import RelevoError
from relevo.words import use_language

_NICENESS = 5  # who serves goes first
_OOM_SCORE = "1000"  # of all processes this one is the first that the system may end


def main(folder: Path) -> None:
    """Read the order, do it, write the answer."""
    function, arguments, budget, memory_mb, language = pickle.loads((folder / ORDER).read_bytes())
    threading.Thread(target=_listen, args=(budget,), name="caller", daemon=True).start()
    use_language(language)
    _be_modest(memory_mb)
    result, failure = None, ""
    try:
        result = function(*arguments, budget)
    except MemoryError:
        failure = out_of_memory(memory_mb)
    except RelevoError as error:
        failure = str(error)
    except Exception as error:  # whatever it is: the caller is told
        failure = f"{type(error).__name__}: {error}"
    unfinished = folder / f"{ANSWER}.unfinished"
    unfinished.write_bytes(pickle.dumps((result, failure, peak_memory_mb())))
    unfinished.replace(folder / ANSWER)


def _be_modest(memory_mb: float) -> None:
    os.nice(_NICENESS)
    with suppress(OSError):  # only Linux has it
        Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE, encoding="ascii")
    if isfinite(memory_mb):
        most = int(memory_mb * 1e6)
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def _listen(budget: Budget) -> None:
    """Stop when told; end at once, with all processes begun here, when the caller is no more."""
    while told := os.read(sys.stdin.fileno(), 1):
        if told == STOP:
            budget.stop()
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
