"""`as_docker`: what builds an image that serves the version."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from relevo.serve.export.chosen import Chosen
from relevo.serve.export.pins import pins
from relevo.serve.export.project_copy import write_project
from relevo.serve.export.slug import slug
from relevo.words import say

_PORT = 8000
_ALIVE = (
    "import urllib.request as web; "
    f"web.urlopen('http://127.0.0.1:{_PORT}/health', timeout=3).close()"
)
_DOCKERFILE = """# {title}
FROM python:{python}-slim

# {system}
RUN apt-get update \\
 && apt-get install --yes --no-install-recommends libgomp1 \\
 && rm -rf /var/lib/apt/lists/* \\
 && useradd --system --uid 10001 --home-dir /srv --no-create-home relevo
WORKDIR /srv

# {libraries}
COPY requirements.txt ./
COPY wheels ./wheels
RUN pip install --no-cache-dir --find-links wheels --requirement requirements.txt

# {state}
COPY --chown=relevo:relevo project ./project
VOLUME /srv/project/.relevo

USER relevo
ENV PYTHONUNBUFFERED=1
EXPOSE {port}
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD {alive}
STOPSIGNAL SIGTERM
CMD {serve}
"""
_IGNORED = """# {ignored}
*
!requirements.txt
!wheels
!project
"""


def as_docker(chosen: Chosen, folder: Path, to: Path) -> None:
    """Write `Dockerfile`, `.dockerignore`, `requirements.txt`, `README.md` and the project."""
    name, number = chosen.problem.name, chosen.model.version
    write_project(chosen, folder / "project")
    (folder / "wheels").mkdir()
    texts = {
        "Dockerfile": _dockerfile(chosen),
        ".dockerignore": _IGNORED.format(ignored=say("export.docker_ignored")),
        "requirements.txt": "\n".join(pins(chosen.model.lineage.versions)) + "\n",
        "wheels/README.md": say("export.docker_wheels") + "\n",
        "README.md": say("export.docker", name=name, version=number, slug=slug(name), port=_PORT),
    }
    for file, text in texts.items():
        (folder / file).write_text(text, encoding="utf-8")


def _dockerfile(chosen: Chosen) -> str:
    serve = ["relevo", "serve", "-C", "project", "--host", "0.0.0.0", "--port", str(_PORT)]
    return _DOCKERFILE.format(
        title=chosen.title,
        python=f"{sys.version_info.major}.{sys.version_info.minor}",
        system=say("export.docker_system"),
        libraries=say("export.docker_libraries"),
        state=say("export.docker_state"),
        port=_PORT,
        alive=json.dumps(["python", "-c", _ALIVE]),
        serve=json.dumps(serve),
    )
