"""`as_systemd`: a unit that serves the version on this machine, with few rights."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from relevo.serve.export.chosen import Chosen
from relevo.serve.export.project_copy import write_project
from relevo.serve.export.slug import slug
from relevo.words import say

_STOP_SECONDS = 45  # more than the endpoint takes to answer what has come
_UNIT = """# {title}
# {install}

[Unit]
Description={title}
Wants=network-online.target
After=network-online.target

[Service]
Type=exec
# {user}
User=relevo
Group=relevo
ExecStart={serve}
# {restart}
Restart=always
RestartSec=1
# {stop}
KillSignal=SIGTERM
TimeoutStopSec={stop_seconds}

# {rights}
ReadWritePaths={state}
ProtectSystem=strict
ProtectHome=read-only
NoNewPrivileges=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
CapabilityBoundingSet=
AmbientCapabilities=
SystemCallArchitectures=native
SystemCallFilter=@system-service
UMask=0077

[Install]
WantedBy=multi-user.target
"""


def as_systemd(chosen: Chosen, folder: Path, to: Path) -> None:
    """Write `relevo-<name>.service`, `README.md` and the project that it serves.

    The unit names the place where the folder will be.
    """
    name, number = chosen.problem.name, chosen.model.version
    service, here = f"relevo-{slug(name)}.service", to.resolve()
    write_project(chosen, folder / "project")
    unit = _unit(chosen, service, here / "project")
    (folder / service).write_text(unit, encoding="utf-8")
    readme = say("export.systemd", name=name, version=number, service=service, folder=here)
    (folder / "README.md").write_text(readme, encoding="utf-8")


def _unit(chosen: Chosen, service: str, project: Path) -> str:
    program = Path(sys.executable).with_name("relevo")
    found = str(program) if program.exists() else shutil.which("relevo") or "relevo"
    serve = [found, "serve", "-C", str(project), "--host", "127.0.0.1", "--port", "8000"]
    return _UNIT.format(
        title=chosen.title.replace("%", "%%"),
        install=say("export.systemd_install", service=service),
        user=say("export.systemd_user"),
        serve=" ".join(map(_quoted, serve)).replace("$", "$$"),
        restart=say("export.systemd_restart"),
        stop=say("export.systemd_stop"),
        stop_seconds=_STOP_SECONDS,
        rights=say("export.systemd_rights"),
        state=_quoted(str(project / ".relevo")),
    )


def _quoted(word: str) -> str:
    """A word as systemd reads it: `%` stands for itself, blanks are kept."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{plain}"' if plain != word or " " in word else word
