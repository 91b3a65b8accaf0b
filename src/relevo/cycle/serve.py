"""`serve`: the champion behind HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from relevo.cycle.project import Project
from relevo.serve.client import Client
from relevo.serve.running import running
from relevo.serve.server import serve as serve_models


def serve(project: Project, *, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve until interrupted; a champion that changes is picked up without a restart."""
    serve_models(project.problem, _where(project), project.state, host=host, port=port)


@contextmanager
def serving(project: Project, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[Client]:
    """Serve in another process for as long as the block lasts; gives a client of it."""
    with running(project.problem, _where(project), project.state, host=host, port=port) as url:
        yield Client(url)


def _where(project: Project) -> str | Path:
    return project.problem.store or project.state
