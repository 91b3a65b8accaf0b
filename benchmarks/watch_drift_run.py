"""One tool on one pair of samples in a process of its own; prints what it cost as JSON.

PYTHON watch_drift_run.py TOOL REFERENCE.parquet CURRENT.parquet
"""

from __future__ import annotations

import dataclasses
import gc
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

Report = Callable[[Any, Any], str]


def main() -> None:
    tool, *paths = sys.argv[1:]
    prepare, report = TOOLS[tool]()
    reference, current = (pl.read_parquet(path) for path in paths)
    report(prepare(reference[:300]), reference[300:600])  # what is loaded at the first call
    start = time.perf_counter(), time.process_time()
    prepared = prepare(reference)
    fit_s = time.perf_counter() - start[0]
    if tool.endswith("saved"):
        del reference
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # begin the peak anew
    held = memory_mb("VmRSS")
    between = time.perf_counter(), time.process_time()
    text = report(prepared, current)
    end = time.perf_counter(), time.process_time()
    cost = {
        "fit_s": fit_s,
        "check_s": end[0] - between[0],
        "fit_cpu_s": between[1] - start[1],
        "check_cpu_s": end[1] - between[1],
        "extra_mb": memory_mb("VmHWM") - held,
        "report_kb": len(text) / 1000,
    }
    print(json.dumps(cost))


def memory_mb(which: str) -> float:
    line = next(one for one in Path("/proc/self/status").read_text().split("\n") if which in one)
    return int(line.split()[1]) * 1024 / 1e6


def relevo() -> tuple[Callable[[Any], Any], Report]:
    from relevo.watch import drift

    return lambda frame: frame, lambda first, second: told(drift(first, second))


def relevo_saved() -> tuple[Callable[[Any], Any], Report]:
    from relevo.watch import Reference, drift

    def saved(frame: pl.DataFrame) -> Reference:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "reference.npz"
            Reference.of(frame).save(path)
            return Reference.load(path)

    return saved, lambda first, second: told(drift(first, second))


def told(found: Any) -> str:
    return json.dumps(dataclasses.asdict(found))


def relevo_stream() -> tuple[Callable[[Any], Any], Report]:
    from relevo.watch import DriftStream, Reference

    def streamed(reference: Any, current: pl.DataFrame) -> str:
        stream = DriftStream(reference)
        for start in range(0, current.height, 50_000):
            stream.add(current[start : start + 50_000])
        return told(stream.result())

    return Reference.of, streamed


def plain() -> tuple[Callable[[Any], Any], Report]:
    from watch_peers.plain import report

    return lambda frame: frame, report


def evidently() -> tuple[Callable[[Any], Any], Report]:
    from evidently import Dataset, Report
    from evidently.presets import DataDriftPreset

    def report(first: Any, second: pl.DataFrame) -> str:
        found = Report([DataDriftPreset()]).run(Dataset.from_pandas(second.to_pandas()), first)
        return str(found.json())

    return lambda frame: Dataset.from_pandas(frame.to_pandas()), report


def nannyml() -> tuple[Callable[[Any], Any], Report]:
    os.environ["NML_DISABLE_USAGE_LOGGING"] = "1"
    import nannyml as nml

    def fitted(frame: pl.DataFrame) -> Any:
        calculator = nml.UnivariateDriftCalculator(
            column_names=frame.columns,
            continuous_methods=["kolmogorov_smirnov", "wasserstein", "jensen_shannon"],
            categorical_methods=["chi2", "jensen_shannon"],
            chunk_number=5,
        )
        return calculator.fit(frame.to_pandas())

    def report(calculator: Any, second: pl.DataFrame) -> str:
        return str(calculator.calculate(second.to_pandas()).to_df().to_json())

    return fitted, report


TOOLS = {
    "relevo": relevo,
    "relevo saved": relevo_saved,
    "relevo stream": relevo_stream,
    "plain": plain,
    "evidently": evidently,
    "nannyml": nannyml,
}

if __name__ == "__main__":
    main()
