"""A command under a time limit: its output, its most memory, children included, and how much else
the machine did meanwhile, for a figure of seconds is worth nothing beside other work."""

from __future__ import annotations

import os
import platform
import resource
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from measure import QUIET, ROOT

PAUSE_S = 0.1


@dataclass(frozen=True)
class Ended:
    """How a command ended.

    Attributes
    ----------
    code
        Its exit status; None if it was ended at the limit.
    peak_mb
        Of 10^6 bytes; pages that children share with it are counted once.
    others_cores
        Cores that everything else on the machine kept busy; 0 where the system does not tell.

    """

    code: int | None
    said: str
    errors: str
    wall_s: float
    peak_mb: float
    others_cores: float


def watched(command: list[str], limit_s: float) -> Ended:
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as errors:
        start, busy_s = time.perf_counter(), machine_s()
        child = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **QUIET},
            stdout=said,
            stderr=errors,
            start_new_session=True,
        )
        try:
            status, used, together_mb = waited(child.pid, start + limit_s)
        except BaseException:  # Ctrl-C does not reach a session of its own
            os.killpg(child.pid, signal.SIGKILL)
            raise
        wall, busy_s = time.perf_counter() - start, machine_s() - busy_s
        child.returncode = os.waitstatus_to_exitcode(status)
        output, complaints = read(said), read(errors)
    code = None if wall > limit_s else child.returncode
    others = max(0.0, busy_s - used.ru_utime - used.ru_stime) / wall
    most_mb = max(peak_mb(used.ru_maxrss), together_mb)
    return Ended(code, output, complaints, wall, most_mb, others)


def waited(pid: int, deadline: float) -> tuple[int, resource.struct_rusage, float]:
    """Its status, what it used, and the most that it and its children held while it had any."""
    together_mb = 0.0
    while not (found := os.wait4(pid, os.WNOHANG))[0]:
        together_mb = max(together_mb, family_mb(pid))
        if time.perf_counter() > deadline:
            os.killpg(pid, signal.SIGKILL)
        time.sleep(PAUSE_S)
    return found[1], found[2], together_mb


def read(file: IO[str]) -> str:
    file.seek(0)
    return file.read()


def peak_mb(ru_maxrss: int) -> float:
    return ru_maxrss * (1 if platform.system() == "Darwin" else 1024) / 1e6


def machine_s() -> float:
    """Seconds that the cores of this machine have been busy since it started."""
    try:
        counted = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    except OSError:
        return 0.0
    user, nice, system, _idle, _waiting, *interrupts_and_stolen = map(int, counted)
    return (user + nice + system + sum(interrupts_and_stolen)) / os.sysconf("SC_CLK_TCK")


def family_mb(pid: int) -> float:
    """What a process and its descendants hold; 0 if it has none, for the system keeps its peak."""
    family = descendants(pid)
    return sum(map(held_mb, [pid, *family])) if family else 0.0


def descendants(pid: int) -> list[int]:
    found: list[int] = []
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(child) for child in file.read_text().split()]
        except OSError:  # ended meanwhile
            continue
        found += children
        for child in children:
            found += descendants(child)
    return found


def held_mb(pid: int) -> float:
    """Proportional set size: a page that n processes share counts for 1/n in each."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("Pss:"))
