"""The cost of a drift report: `relevo.watch.drift` beside Evidently, NannyML and plain numpy.

    python benchmarks/watch_drift.py [ROWS] [RUNS]

12 numbers and 8 categories, ROWS (100,000 by default) against as many, every tool in a process of
its own, one after the other, so that what else the machine does meets all of them; and the cost of
a window of 2,000 rows against 10,000. Seconds of the processor are what a busy machine changes
least. The peers' environments are made from benchmarks/watch_peers/*.txt.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from measure import OURS, QUIET, RESULTS, ROOT
from watch_drift_rows import mixed_rows

TOOLS = ("relevo", "relevo saved", "relevo stream", "plain", "nannyml", "evidently")
SLOW, SLOW_FROM = "evidently", 500_000  # a minute and more; left out beyond
HERE = Path(__file__).parent


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    file = RESULTS / "watch_drift.json"
    done = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    for reference, current in ((rows, rows), (10_000, 2_000)):
        key = f"{reference} x 20 against {current}"
        done[key] = measured(reference, current, runs)
        file.write_text(json.dumps(done, indent=1) + "\n", encoding="utf-8")
        print(key)
        for tool, cost in done[key].items():
            print(f"  {tool:14}", *(f"{name} {value:.3g}" for name, value in cost.items()))


def measured(reference: int, current: int, runs: int) -> dict[str, dict[str, float]]:
    """Medians of each tool's costs, and how many times ours its processor seconds are."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("reference.parquet", "current.parquet")]
        rng = np.random.default_rng(0)
        for path, rows in zip(paths, (reference, current), strict=True):
            mixed_rows(rng, rows).write_parquet(path)
        tools = [tool for tool in TOOLS if tool != SLOW or reference < SLOW_FROM]
        found: dict[str, list[dict[str, float]]] = {tool: [] for tool in tools}
        for _ in range(runs):
            for tool in tools:
                if cost := one(tool, paths):
                    found[tool].append(cost)
    medians = {
        tool: {name: median(cost[name] for cost in costs) for name in costs[0]}
        for tool, costs in found.items()
        if costs
    }
    ours = total(medians["relevo"])
    return {tool: {**cost, "times_ours": total(cost) / ours} for tool, cost in medians.items()}


def total(cost: dict[str, float]) -> float:
    return cost["fit_cpu_s"] + cost["check_cpu_s"]


def one(tool: str, paths: list[Path]) -> dict[str, Any] | None:
    peer = ROOT / f".venv-watch-{tool}" / "bin" / "python"
    python = peer if tool in ("evidently", "nannyml") else OURS
    if not python.exists():
        print(f"  {tool}: no environment, left out")
        return None
    threads = {"OMP_NUM_THREADS": "2", "POLARS_MAX_THREADS": "2"}
    done = subprocess.run(
        [str(python), str(HERE / "watch_drift_run.py"), tool, *map(str, paths)],
        env={**os.environ, **QUIET, **threads},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        print(f"  {tool}: {done.stderr.strip().splitlines()[-1]}")
        return None
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


if __name__ == "__main__":
    main()
