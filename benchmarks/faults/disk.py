"""The disk fills up under 200 requests per second: refused or answered, and none lost.

On a file system in memory where the machine lets one mount it, else under a limit for the size of a
file, which the running processes are given and freed from. The argument is the seconds (default 5).
"""

from __future__ import annotations

import contextlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from faults.endpoint import Endpoint
from faults.load import Load, acknowledged, between, statuses
from faults.record import record

RATE, BEFORE_S, AFTER_S, SETTLE_S = 200, 2, 4, 1
SIZE = "48m"


def main(seconds: float) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        small_disk(Path(folder)) as mounted,
        Endpoint(Path(folder)) as endpoint,
    ):
        full = filled if mounted else limited
        with Load(endpoint.port, endpoint.asking, RATE) as load:
            time.sleep(BEFORE_S)
            with full(endpoint):
                gone = time.perf_counter()
                time.sleep(seconds)
                there = time.perf_counter()
            time.sleep(AFTER_S)
        ids = acknowledged(load.answers)
        lost = len(endpoint.log.missing(ids))
    during = statuses(between(load.answers, gone + SETTLE_S, there))
    after = statuses(between(load.answers, there + SETTLE_S, float("inf")))
    record(
        "disk",
        lost == 0 and set(during) <= {"200", "503"} and set(after) == {"200"},
        how="full file system" if mounted else "limit of a file's size",
        seconds=seconds,
        acknowledged=len(ids),
        lost=lost,
        during=during,
        after=after,
    )


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A file system of its own at the folder; gives False where mounting is not allowed."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    mounted = (
        bool(shutil.which("mount"))
        and not subprocess.run(command, capture_output=True, check=False).returncode
    )
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def filled(endpoint: Endpoint) -> Iterator[None]:
    """A file that takes all the room that there is."""
    ballast = endpoint.work / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def limited(endpoint: Endpoint) -> Iterator[None]:
    """Nothing can be written to any file."""
    former = limit(endpoint, 0)
    try:
        yield
    finally:
        limit(endpoint, former)


def limit(endpoint: Endpoint, soft: int) -> int:
    """Set the limit of every process of the endpoint; gives the parent's former one."""
    former = resource.prlimit(endpoint.running.pid, resource.RLIMIT_FSIZE)
    for pid in endpoint.running.pids():
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, former[1]))
    return former[0]


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 5.0)
