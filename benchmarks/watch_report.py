"""A report on a window of 2,000 rows: drift, data faults, advice and the page, beside Evidently.

    python benchmarks/watch_report.py

Both see the same rows of flights: a reference of 10,000 and a window of 2,000, 20 columns, in which
the unit of one column has changed. Each runs in a process of its own after one run that warms it,
relevo with a reference that was made before; CPU seconds stand beside wall seconds, for other work
on the machine slows only the latter. Evidently runs in `.venv-watch-evidently`.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

from measure import OURS, RESULTS, ROOT

PEER = ROOT / ".venv-watch-evidently" / "bin" / "python"
FLIGHTS = ROOT / "examples" / "flights" / "data"
RUNS = 7

RELEVO = """
import json, statistics, sys, time
import polars as pl
from relevo.watch import Evidence, Reference, data_faults, drift, explain_signals
from relevo.watch import signals_of, watch_page

before, now = (pl.read_parquet(path) for path in sys.argv[1:3])
reference = Reference.of(before)

def report(pictures):
    found = drift(reference, now)
    faults = data_faults(before, now)
    signals, explanations = explain_signals(signals_of(found), Evidence(faults, rows=now.height))
    rows = (before, now) if pictures else (None, None)
    return watch_page("flights", signals, found, *rows, explanations=explanations)

out = {}
for pictures in (False, True):
    report(pictures)
    wall, cpu = [], []
    for _ in range(int(sys.argv[3])):
        start = time.perf_counter(), time.process_time()
        page = report(pictures)
        wall.append(time.perf_counter() - start[0]); cpu.append(time.process_time() - start[1])
    out["with pictures" if pictures else "without"] = {
        "wall_s": statistics.median(wall), "cpu_s": statistics.median(cpu), "kb": len(page) / 1024,
    }
print(json.dumps(out))
"""

EVIDENTLY = """
import json, statistics, sys, time
import pandas as pd
from evidently import Report
from evidently.presets import DataDriftPreset

before, now = (pd.read_csv(path) for path in sys.argv[1:3])

def report():
    found = Report([DataDriftPreset()]).run(now, before)
    return found.get_html_str(as_iframe=False)

report()
wall, cpu = [], []
for _ in range(int(sys.argv[3])):
    start = time.perf_counter(), time.process_time()
    page = report()
    wall.append(time.perf_counter() - start[0]); cpu.append(time.process_time() - start[1])
print(json.dumps({"with pictures": {
    "wall_s": statistics.median(wall), "cpu_s": statistics.median(cpu), "kb": len(page) / 1024,
}}))
"""


def main() -> None:
    import polars as pl

    rows = pl.read_parquet(FLIGHTS / "2013-0[1-3].parquet").drop("id", "late", "tailnum")
    rows = rows.drop("scheduled").sample(fraction=1.0, shuffle=True, seed=0)
    before, now = rows[:10_000], rows[10_000:12_000]
    now = now.with_columns(pl.col("distance") * 1.609344)
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("before", "now")]
        for path, frame in zip(files, (before, now), strict=True):
            frame.write_parquet(f"{path}.parquet")
            frame.write_csv(f"{path}.csv")
        results["relevo"] = run(OURS, RELEVO, [f"{path}.parquet" for path in files], RUNS)
        results["Evidently"] = run(PEER, EVIDENTLY, [f"{path}.csv" for path in files], 3)
    text = json.dumps(results, indent=1) + "\n"
    (RESULTS / "watch_report.json").write_text(text, encoding="utf-8")
    print(f"{'':24}{'wall s':>9}{'CPU s':>9}{'KB':>9}")
    for tool, kinds in results.items():
        for kind, one in kinds.items():
            print(f"{tool + ' ' + kind:24}{one['wall_s']:9.3f}{one['cpu_s']:9.3f}{one['kb']:9.0f}")


def run(python: Path, code: str, files: list[str], runs: int) -> dict[str, dict[str, float]]:
    command = [str(python), "-c", code, *files, str(runs)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, dict[str, float]] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    main()
