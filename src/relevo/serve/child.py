"""`Child`: a process of the endpoint, which ends when its parent does, however that ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from time import monotonic
from typing import Any

from relevo import errors
from relevo.errors import RelevoError, UserMistake

# Each process has its own core, as far as there are enough; threads of libraries would only wait
# for each other.
_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS"), "1"
)

_POLITELY = ("nice", "-n", "19")


class Child:
    """A module of relevo's that runs as a process of its own.

    It reads its settings as the first line of its standard input, whose end tells it to stop, and
    says on its standard output when it is ready, or why it cannot be.

    Parameters
    ----------
    module
        Such as `"relevo.serve.worker"`.
    settings
        What JSON can hold; a secret among them is seen by nobody else.
    handles
        Open files and sockets that it is given, under the same numbers.
    polite
        Whether it gives way to every other process, from its first instruction on.

    """

    def __init__(
        self,
        module: str,
        settings: dict[str, Any],
        handles: Sequence[int] = (),
        polite: bool = False,
    ) -> None:
        self.started_at = monotonic()
        self._process = subprocess.Popen(
            [*(_POLITELY if polite else ()), sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=handles,
            env=os.environ | _ONE_THREAD,
            text=True,
        )
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(settings) + "\n")
        self._process.stdin.flush()

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    def wait_until_ready(self) -> str:
        """Return when it works, with what it has to say of itself.

        Raises
        ------
        UserMistake
            The reason that it gives why it cannot.
        RelevoError
            When it died without a word.

        """
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RelevoError(f"exit code {self._process.wait()}")
        said = json.loads(line)
        if "ready" in said:
            return str(said["ready"])
        kind: type[UserMistake] = getattr(errors, said["kind"])
        raise kind(said["key"], **said["values"])

    def last_words(self) -> str:
        """Of one that has died: why, as far as it said so."""
        try:
            while True:
                self.wait_until_ready()  # it was, if that is its first line
        except RelevoError as error:
            return str(error)

    def stop(self) -> None:
        """Tell it to end what it does, and then itself."""
        if self.alive:
            self._process.terminate()

    def wait(self, seconds: float) -> None:
        """Return when it has ended; kill it when that takes longer than so many seconds."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()


def read_settings() -> dict[str, Any]:
    """In a child: its settings; from here on it ends when its parent does."""
    settings: dict[str, Any] = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    return settings


def say_ready(about: str = "") -> None:
    """In a child: tell the parent that it works, and something about it (a URL)."""
    print(json.dumps({"ready": about}), flush=True)


def say_mistake(mistake: UserMistake) -> None:
    """In a child: tell the parent why it cannot work."""
    values = {name: str(value) for name, value in mistake.values.items()}
    said = {"kind": type(mistake).__name__, "key": mistake.key, "values": values}
    print(json.dumps(said), flush=True)


def _end_with_parent() -> None:
    # Standard input ends when the parent closes it, or is killed. It is read below Python's own
    # buffer, whose lock a thread must not hold when the interpreter ends.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
