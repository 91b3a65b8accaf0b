"""`running`: the endpoint in a process of its own, for as long as a `with` block lasts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from relevo.errors import RelevoError, UserMistake
from relevo.problem.problem import Problem
from relevo.serve.server import serve
from relevo.store import Store
from relevo.words import language, use_language


@contextmanager
def running(
    problem: Problem, where: str | Path, folder: Path, host: str = "127.0.0.1", port: int = 0
) -> Iterator[str]:
    """Serve the champion in another process; gives the base URL, and ends the process after.

    Parameters
    ----------
    problem
        The project's; its name is the project's in the store.
    where
        The store, as `Store.open` takes it.
    folder
        What the folders of versions are relative to.
    host, port
        Where to listen; port 0 takes a free one.

    Raises
    ------
    RelevoError
        When it does not start; it has said why on standard error.

    """
    settings = {
        "problem": problem.model_dump(mode="json"),
        "where": str(where),
        "folder": str(folder),
        "host": host,
        "port": port,
        "lang": language(),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "relevo.serve.running"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(settings) + "\n")
        process.stdin.flush()
        url = process.stdout.readline().strip()
        if not url:
            raise RelevoError(f"exit code {process.wait()}")
        yield url  # on leaving, `process` closes its input, which ends it, and waits


def _child() -> int:
    settings = json.loads(sys.stdin.readline())
    use_language(settings["lang"])
    problem = Problem.model_validate(settings["problem"])
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        with Store.open(settings["where"], problem.name) as store:
            folder, host, port = (settings[name] for name in ("folder", "host", "port"))
            serve(
                problem, store, Path(folder), host, port, ready=lambda url: print(url, flush=True)
            )
    except UserMistake as mistake:
        print(mistake, file=sys.stderr)
        return mistake.exit_code
    return 0


def _end_with_parent() -> None:
    # Standard input ends when the parent closes it, or is killed. It is read below Python's own
    # buffer, whose lock a thread must not hold when the interpreter ends.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(_child())
