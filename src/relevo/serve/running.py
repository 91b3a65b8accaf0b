"""`running`: the endpoint in processes of its own, for as long as a `with` block lasts."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from relevo.errors import UserMistake
from relevo.problem.problem import Problem
from relevo.serve.child import Child, read_settings, say_mistake, say_ready
from relevo.serve.server import serve
from relevo.words import language, use_language

_STOP_SECONDS = 60.0


@contextmanager
def running(
    problem: Problem, where: str | Path, folder: Path, host: str = "127.0.0.1", port: int = 0
) -> Iterator[str]:
    """Serve the champion beside this process; gives the base URL, and ends the endpoint after.

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
    UserMistake
        When it does not start.

    """
    settings = {
        "problem": problem.model_dump(mode="json"),
        "where": str(where),
        "folder": str(folder),
        "host": host,
        "port": port,
        "lang": language(),
    }
    child = Child("relevo.serve.running", settings)
    try:
        yield child.wait_until_ready()
    finally:
        child.stop()
        child.wait(_STOP_SECONDS)


def _child() -> int:
    settings = read_settings()
    use_language(settings["lang"])
    problem = Problem.model_validate(settings["problem"])
    folder, host, port = (settings[name] for name in ("folder", "host", "port"))
    try:
        serve(problem, settings["where"], Path(folder), host, port, ready=say_ready)
    except UserMistake as mistake:
        say_mistake(mistake)
        return mistake.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(_child())
