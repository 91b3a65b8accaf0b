"""Clients that mean harm, one kind after the other, while good requests go on.

Each kind must get a clear 4xx, or be bounded: let go, or waited for without harm to the good ones.
The argument is how many idle connections are opened (default 10,000).
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from faults.attacks import IDLE, KINDS
from faults.endpoint import Endpoint
from faults.load import Load, acknowledged, p99_ms
from faults.record import record

GOOD_RATE, TIMEOUT_S, SETTLE_S = 50, 3, 0.5
SERVICE_MS = 1_000  # the most that the good requests' p99 may be beside any kind
GROWTH_MB = 100  # of the whole tree; what Python's allocator keeps of large bodies is no leak


def main(idle: int) -> None:
    raise_limit(idle)
    found: dict[str, dict[str, Any]] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        Endpoint(Path(folder), serve=f"timeout_seconds = {TIMEOUT_S}") as endpoint,
    ):
        endpoint.answers()
        before_mb = endpoint.running.memory().pss_mb
        for name in (*KINDS, IDLE):
            found[name] = one = beside_good(endpoint, name, idle)
            print(f"{name:20} {one}", flush=True)
        growth_mb = endpoint.running.memory().pss_mb - before_mb
        alive = endpoint.answers()
    bounded = sum(bool(one["bounded"]) for one in found.values())
    failed, lost = (sum(one[name] for one in found.values()) for name in ("good_failed", "lost"))
    p99 = max(one["good_p99_ms"] for one in found.values())
    served = alive and failed == lost == 0 and p99 < SERVICE_MS
    record(
        "hostile",
        served and bounded == len(found) and growth_mb < GROWTH_MB,
        kinds=len(found),
        bounded=bounded,
        good_requests=sum(one["good"] for one in found.values()),
        good_failed=failed,
        good_highest_p99_ms=p99,
        lost=lost,
        memory_growth_mb=growth_mb,
        idle_connections=idle,
        found=found,
    )


def beside_good(endpoint: Endpoint, kind: str, idle: int) -> dict[str, Any]:
    """What became of the attack, and of the good requests meanwhile."""
    attack = [sys.executable, "-m", "faults.attacks", kind, str(endpoint.port), str(idle)]
    with Load(endpoint.port, endpoint.asking, GOOD_RATE, connections=8) as load:
        time.sleep(SETTLE_S)
        done = subprocess.run(attack, check=True, capture_output=True, text=True)
        time.sleep(SETTLE_S)
    good = [answer for answer in load.answers if answer.status == 200]
    return {
        **json.loads(done.stdout),
        "good": len(load.answers),
        "good_failed": len(load.answers) - len(good),
        "good_p99_ms": p99_ms(good),
        "lost": len(endpoint.log.missing(acknowledged(good))),
    }


def raise_limit(connections: int) -> None:
    """Let this process, and the endpoint that it starts, open as many files as need be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + 1_000
    if soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, max(hard, wanted)))
        except (OSError, ValueError):
            raise SystemExit(
                f"{wanted} open files are needed, {hard} allowed: `ulimit -n`"
            ) from None


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
