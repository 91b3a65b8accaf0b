"""What it costs to start: `--help` in CPU seconds, and how many modules the import loads.

Against mlflow, in turn, after one unmeasured run that compiles bytecode. The argument is how often
(default 10).
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median

from measure import OURS, PEERS, Row, cost, save

SIDES = {"relevo": OURS, "mlflow": PEERS}
COUNT = "import sys; before = set(sys.modules); import {}; print(len(set(sys.modules) - before))"


def main(times: int) -> None:
    runs: dict[str, list[float]] = {name: [] for name in SIDES}
    for _ in range(times + 1):
        for name, python in SIDES.items():
            runs[name].append(cost(python, [name, "--help"]).cpu_s)
    helped = {name: median(seconds[1:]) for name, seconds in runs.items()}
    loaded = {name: modules(python, name) for name, python in SIDES.items()}
    rows = [
        Row("help_cpu_seconds", "CPU s", helped["relevo"], helped["mlflow"], "mlflow", times),
        Row("import_modules", "", loaded["relevo"], loaded["mlflow"], "mlflow", 1),
    ]
    save("start", rows, cpu_s={name: seconds[1:] for name, seconds in runs.items()})


def modules(python: Path, name: str) -> int:
    return int(cost(python, ["python", "-c", COUNT.format(name)]).output.split()[-1])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
