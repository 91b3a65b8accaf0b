"""`available_mb`: how much memory may still be taken."""

from __future__ import annotations

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
