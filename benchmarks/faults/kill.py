"""kill -9 under 200 requests per second: is every acknowledged prediction in the log afterwards?

In turn all processes at once, the parent alone, one worker alone. The argument is how often
(default 20).
"""

from __future__ import annotations

import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from faults.endpoint import WORKER, Endpoint
from faults.load import NO_ANSWER, Load, acknowledged
from faults.record import record
from serving_process import signalled

RATE, BACK_S, GONE_S = 200, 10, 5
PARTS = ("all", "parent", "worker")


def main(times: int) -> None:
    chosen = random.Random(0)
    kills, counts = Counter[str](), Counter[str]()
    recovered_s: list[float] = []
    with tempfile.TemporaryDirectory() as folder, Endpoint(Path(folder)) as endpoint:
        for turn in range(times):
            part = PARTS[turn % len(PARTS)]
            with Load(endpoint.port, endpoint.asking, RATE) as load:
                time.sleep(chosen.uniform(0.5, 1.5))
                kills[part if killed(endpoint, part) else f"no {part}"] += 1
                alone = back_s(endpoint) if part == "worker" else None
                time.sleep(0.3)
            if alone is not None:
                recovered_s.append(alone)
            else:
                counts["outlived_the_parent"] += left_over(endpoint) if part == "parent" else 0
                endpoint.running.kill()
                recovered_s.append(endpoint.start())
            ids = acknowledged(load.answers)
            counts["acknowledged"] += len(ids)
            counts["lost"] += len(endpoint.log.missing(ids))
            counts["not_answered"] += sum(one.status == NO_ANSWER for one in load.answers)
            counts["answered_500"] += sum(one.status == 500 for one in load.answers)
            print(f"{turn + 1:2} {part:7} {dict(counts)}", flush=True)
    names = ("acknowledged", "lost", "not_answered", "answered_500", "outlived_the_parent")
    record(
        "kill",
        counts["lost"] == 0 and counts["answered_500"] == 0,
        times=times,
        killed=dict(kills),
        **{name: counts[name] for name in names},
        longest_recovery_s=max(recovered_s),
    )


def killed(endpoint: Endpoint, part: str) -> bool:
    """Whether there was such a process to kill."""
    process = endpoint.running
    if part == "all":
        process.kill()
    elif part == "parent":
        signalled(process.pid, signal.SIGKILL)
    else:
        workers = endpoint.parts(WORKER)
        return bool(workers) and signalled(workers[0], signal.SIGKILL)
    return True


def back_s(endpoint: Endpoint) -> float | None:
    """Seconds until it answers again without being started; None when it does not."""
    started = time.perf_counter()
    while time.perf_counter() - started < BACK_S:
        if endpoint.answers():
            return time.perf_counter() - started
        time.sleep(0.05)
    return None


def left_over(endpoint: Endpoint) -> int:
    """How many processes do not end by themselves once their parent is gone."""
    ends = time.perf_counter() + GONE_S
    while (pids := endpoint.running.pids()) and time.perf_counter() < ends:
        time.sleep(0.1)
    return len(pids)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
