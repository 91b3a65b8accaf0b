"""A server as a tree of processes: start it, wait for an answer, what it costs, end it. Linux."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


@dataclass(frozen=True)
class Memory:
    """Of a whole tree: shared pages counted once in `pss_mb`, in each process in `rss_mb`."""

    pss_mb: float
    rss_mb: float
    processes: int


class Process:
    """A server and all processes that it has started, in a session of their own.

    Parameters
    ----------
    command, folder, environment
        What is run, where, and what is added to this process's environment.
    log
        Where its output goes.

    """

    def __init__(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path
    ) -> None:
        self.started = time.perf_counter()
        self._log = log
        with log.open("ab") as output:
            self._child = subprocess.Popen(
                command,
                cwd=folder,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._child.pid

    def wait_for(self, good: Callable[[], bool], patience_s: float = 60) -> float:
        """Seconds from the start to the first good answer."""
        while time.perf_counter() - self.started < patience_s:
            if self._child.poll() is not None:
                raise SystemExit(f"ended with {self._child.returncode}:\n{self.said()}")
            try:
                if good():
                    return time.perf_counter() - self.started
            except (OSError, ValueError):
                pass
            time.sleep(0.005)
        raise SystemExit(f"no good answer in {patience_s:g} s:\n{self.said()}")

    def said(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")[-3000:]

    def pids(self) -> list[int]:
        """The processes of its session, and whatever these have started elsewhere."""
        parents, sessions = _processes()
        own = {pid for pid, session in sessions.items() if session == self.pid}
        while more := {pid for pid, parent in parents.items() if parent in own} - own:
            own |= more
        return sorted(own)

    def commands(self) -> dict[int, str]:
        """The command line of each process."""
        lines = {pid: _read(PROC / str(pid) / "cmdline") for pid in self.pids()}
        return {pid: line.replace("\0", " ") for pid, line in lines.items() if line}

    def cpu_s(self) -> float:
        """CPU seconds of the tree until now, of children that have ended too."""
        fields = (_stat(pid) for pid in self.pids())
        return sum(sum(map(int, stat[11:15])) for stat in fields if stat) / TICKS

    def memory(self) -> Memory:
        pss = rss = count = 0
        for pid in self.pids():
            lines = _read(PROC / str(pid) / "smaps_rollup").splitlines()
            sizes = {line.split()[0]: int(line.split()[1]) for line in lines[1:]}
            pss, rss = pss + sizes.get("Pss:", 0), rss + sizes.get("Rss:", 0)
            count += bool(sizes)
        return Memory(pss * 1024 / 1e6, rss * 1024 / 1e6, count)

    def alive(self) -> bool:
        return self._child.poll() is None

    def kill(self) -> None:
        """Kill every process, those too that are started meanwhile."""
        while pids := self.pids():
            for pid in pids:
                signalled(pid, signal.SIGKILL)
        self._child.wait()

    def stop(self, patience_s: float = 30) -> int | None:
        """End it in order; its exit code, or None where it had to be killed."""
        pids = self.pids()
        self._child.terminate()
        try:
            return self._child.wait(patience_s)
        except subprocess.TimeoutExpired:
            return None
        finally:
            left = {*pids, *self.pids()}
            ends = time.perf_counter() + 5
            while left & set(_processes()[1]) and time.perf_counter() < ends:
                time.sleep(0.02)
            for pid in left:
                signalled(pid, signal.SIGKILL)
            self._child.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def signalled(pid: int, number: int) -> bool:
    """Whether the process was there to be sent the signal."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def _processes() -> tuple[dict[int, int], dict[int, int]]:
    """The parent and the session of every process that has not ended."""
    parents, sessions = {}, {}
    for folder in PROC.iterdir():
        stat = _stat(int(folder.name)) if folder.name.isdigit() else []
        if stat and stat[0] != "Z":
            parents[int(folder.name)], sessions[int(folder.name)] = int(stat[1]), int(stat[3])
    return parents, sessions


def _stat(pid: int) -> list[str]:
    """The fields after the name, which may hold spaces: state, parent, group, session, ..."""
    return _read(PROC / str(pid) / "stat").rpartition(")")[2].split()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
