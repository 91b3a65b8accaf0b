"""`serve`: the champion behind HTTP."""

from __future__ import annotations

from relevo.cycle.project import Project
from relevo.serve.server import serve as serve_models


def serve(project: Project, *, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve until interrupted; a champion that changes is picked up without a restart."""
    serve_models(project.problem, project.store, project.state, host=host, port=port)
