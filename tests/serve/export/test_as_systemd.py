from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from relevo.serve.export.as_systemd import _quoted
from relevo.serve.export.export import export

SERVICE = "relevo-late_deliveries_espana.service"


def settings(unit: Path) -> dict[str, str]:
    lines = unit.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


@pytest.mark.parametrize("folder", ["out", "of mine 100%"])
def test_the_unit_serves_the_project_with_few_rights(
    choose: Any, tmp_path: Path, folder: str
) -> None:
    to = tmp_path / folder
    export(choose("two", "linear"), to, "systemd")
    found, project = settings(to / SERVICE), to / "project"
    assert f"serve -C {_quoted(str(project))} --host 127.0.0.1" in found["ExecStart"]
    assert found["ReadWritePaths"] == _quoted(str(project / ".relevo"))
    assert (project / ".relevo" / "store.db").exists()
    expected = {
        "User": "relevo",
        "ProtectSystem": "strict",
        "NoNewPrivileges": "yes",
        "Restart": "always",
        "KillSignal": "SIGTERM",
        "CapabilityBoundingSet": "",
    }
    assert expected.items() <= found.items()
    assert int(found["TimeoutStopSec"]) > 30  # longer than the endpoint takes to end
    assert SERVICE in (to / "README.md").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_takes_the_unit(choose: Any, tmp_path: Path) -> None:
    chosen = choose("two", "linear")
    problem = chosen.problem.model_copy(update={"name": "Late 100%\nExecStart=/bin/false"})
    export(replace(chosen, problem=problem), tmp_path / "my out", "systemd")
    (unit,) = (tmp_path / "my out").glob("*.service")
    command = ["systemd-analyze", "verify", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert unit.read_text(encoding="utf-8").count("\nExecStart=") == 1


def test_words_are_quoted_for_systemd() -> None:
    assert _quoted("/srv/relevo") == "/srv/relevo"
    assert _quoted('/srv/a "b" 5%') == '"/srv/a \\"b\\" 5%%"'
