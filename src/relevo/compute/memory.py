"""`available_mb`: how much memory may still be taken; `give_back_memory`: what is free again."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

_MEMINFO = Path("/proc/meminfo")
_CGROUP = Path("/sys/fs/cgroup")


def available_mb() -> float:
    """Memory that this process may still take, in 10^6 bytes; infinite where nothing says.

    The least of what the system has free and what a container's limit leaves.

    Examples
    --------
    >>> available_mb() > 0
    True

    """
    return min(_of_system(), _of_container()) / 1e6


def _of_system() -> float:
    try:
        lines = _MEMINFO.read_text(encoding="ascii").splitlines()
        [kilobytes] = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
    except (OSError, ValueError):
        return float("inf")
    return float(kilobytes) * 1024


def _of_container() -> float:
    try:
        most = (_CGROUP / "memory.max").read_text(encoding="ascii").strip()
        used = (_CGROUP / "memory.current").read_text(encoding="ascii").strip()
        return float("inf") if most == "max" else float(most) - float(used)
    except (OSError, ValueError):
        return float("inf")


def give_back_memory() -> None:
    """Let the system have what was freed; threads that take and free a lot leave much behind.

    Only the GNU C library has to be asked; elsewhere nothing is done.
    """
    if (trim := _trim()) is not None:
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    # What this process has loaded, its C library among it; Windows knows no such name.
    return None if os.name == "nt" else getattr(ctypes.CDLL(None), "malloc_trim", None)
