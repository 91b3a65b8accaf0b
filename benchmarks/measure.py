"""What the benchmarks share: both environments, a command's cost, and the form of a result."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
OURS = ROOT / ".venv" / "bin" / "python"
PEERS = ROOT / ".venv-peers" / "bin" / "python"
QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}


@dataclass(frozen=True)
class Cost:
    """What a command and the children that it waited for cost."""

    wall_s: float
    cpu_s: float
    peak_memory_mb: float
    output: str


@dataclass(frozen=True)
class Row:
    """One measure: medians of `n` runs of relevo and of its peer, taken in one session."""

    key: str
    unit: str
    relevo: float
    peer: float
    peer_name: str
    n: int

    @property
    def ratio(self) -> float:
        return self.relevo / self.peer


def cost(python: Path, arguments: list[str], folder: Path = ROOT) -> Cost:
    """Run `arguments` (a command of that environment and what follows) in `folder`."""
    path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
    command = [str(python.parent / arguments[0]), *arguments[1:]]
    log = folder / "command.log"
    with log.open("w+") as output:
        start = time.perf_counter()
        child = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **QUIET, "PATH": path},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read()
    log.unlink()
    if child.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {child.returncode}:\n{said[-3000:]}")
    memory_unit = 1 if platform.system() == "Darwin" else 1024
    peak = used.ru_maxrss * memory_unit / 1e6
    return Cost(wall, used.ru_utime + used.ru_stime, peak, said)


def machine() -> dict[str, object]:
    """What the figures of a file were measured on."""
    system = f"{platform.system()} {platform.machine()}"
    return {"cores": os.cpu_count(), "python": platform.python_version(), "system": system}


def save(name: str, rows: list[Row], **more: object) -> None:
    """Print the rows as a table and write `results/<name>.json`."""
    RESULTS.mkdir(exist_ok=True)
    measured = [{**asdict(row), "ratio": row.ratio} for row in rows]
    content = {"name": name, "machine": machine(), "rows": measured, **more}
    (RESULTS / f"{name}.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(f"{'measure':26} {'relevo':>10} {'peer':>10} {'ratio':>7}  unit  (peer, n)")
    for row in rows:
        figures = f"{row.relevo:>10.4g} {row.peer:>10.4g} {row.ratio:>7.3f}"
        print(f"{row.key:26} {figures}  {row.unit}  ({row.peer_name}, n={row.n})")
