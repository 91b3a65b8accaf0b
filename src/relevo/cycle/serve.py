"""`serve`: the champion behind HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from relevo.cycle.project import Project
from relevo.problem.problem import Problem
from relevo.serve.running import running
from relevo.serve.server import serve as serve_models
from relevo.serve.tls import tls

if TYPE_CHECKING:
    from relevo.serve.client import Client


def serve(
    project: Project,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    tls_cert: str | Path | None = None,
    tls_key: str | Path | None = None,
) -> None:
    """Serve until interrupted; a champion or a key that changes is taken up without a restart."""
    context = tls(*(None if file is None else Path(file) for file in (tls_cert, tls_key)))
    files = (str(tls_cert), str(tls_key)) if context else None
    problem, where = _placed(project), _where(project)
    serve_models(problem, where, project.state, host=host, port=port, tls_files=files)


@contextmanager
def serving(
    project: Project, *, host: str = "127.0.0.1", port: int = 0, key: str | None = None
) -> Iterator[Client]:
    """Serve in another process for as long as the block lasts; gives a client of it."""
    from relevo.serve.client import Client

    with running(_placed(project), _where(project), project.state, host=host, port=port) as url:
        yield Client(url, key)


def _where(project: Project) -> str | Path:
    return project.problem.store or project.state


def _placed(project: Project) -> Problem:
    """The problem, with a path that starts at the problem file made whole."""
    limits = project.problem.serve
    if limits.access_log is None:
        return project.problem
    file = (project.folder / limits.access_log).resolve()
    placed = limits.model_copy(update={"access_log": str(file)})
    return project.problem.model_copy(update={"serve": placed})
