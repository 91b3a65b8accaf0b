"""One cell of tabular.py: a system fitted on a split of a set, judged on the rest; prints one JSON.

    python benchmarks/tabular_cell.py SET SEED SYSTEM [BUDGET_S]

Runs in the system's own environment, of which pandas, numpy and pyarrow are asked. Whatever a
library prints goes to standard error.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
from tabular_process import peak_mb
from tabular_score import constant, coverage, figures
from tabular_split import Split, split
from tabular_systems import SYSTEMS

SINGLE_ROWS, WARM_UP = 100, 3
BATCH_ROWS = 10_000  # the test rows, repeated to that many
LIBRARIES = (
    *("relevo", "autogluon.tabular", "flaml", "lightgbm", "catboost", "xgboost-cpu"),
    *("scikit-learn", "pandas", "numpy"),
)


def main(name: str, seed: int, system: str, budget_s: int | None) -> None:
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    warnings.simplefilter("ignore")
    try:
        measured = cell(split(name, seed), seed, system, budget_s)
    except Exception as error:  # a failure is a result too
        measured = {"failed": f"{type(error).__name__}: {error}"[:300]}
    print(json.dumps({**measured, "versions": versions()}), file=answer, flush=True)


def cell(part: Split, seed: int, system: str, budget_s: int | None) -> dict[str, Any]:
    driver = SYSTEMS[system].drive()(part, seed, budget_s)
    fit_s = seconds(driver.fit)
    fit_peak_mb = peak_mb(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    predicted = driver.predict(part.test_rows)
    measured = {"task": part.task, **figures(part.task, part.truth, predicted)}
    nothing = constant(part.task, driver.target, len(part.test_rows))
    measured["constant_error"] = figures(part.task, part.truth, nothing)["error"]
    if part.task == "regression" and (held := driver.interval(part.test_rows)) is not None:
        measured |= coverage(part.truth, held[:, 0], held[:, 1])
    driver.ready_to_serve()
    some = np.resize(np.arange(len(part.test_rows)), BATCH_ROWS)
    batch = part.test_rows.iloc[some].reset_index(drop=True)
    return measured | {
        "fit_s": fit_s,
        "fit_peak_mb": fit_peak_mb,
        "row_ms": row_ms(driver.predict_row, records(batch.head(SINGLE_ROWS))),
        "rows_per_s": BATCH_ROWS / seconds(lambda: driver.predict(batch)),
        "model_mb": size_mb(driver.save),
    }


def row_ms(predict_row: Callable[[dict[str, Any]], object], rows: list[dict[str, Any]]) -> float:
    for row in rows[:WARM_UP]:
        predict_row(row)
    return median(seconds(partial(predict_row, row)) for row in rows) * 1000


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as they come in JSON: plain values, None where one is missing."""
    plain = table.astype(object).where(table.notna(), None)
    return [dict(zip(plain.columns, row, strict=True)) for row in plain.values.tolist()]


def size_mb(save: Callable[[Path], None]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        save(Path(folder))
        files = (file for file in Path(folder).rglob("*") if file.is_file())
        return sum(file.stat().st_size for file in files) / 1e6


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def versions() -> dict[str, str]:
    found = {}
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found


if __name__ == "__main__":
    _, name, seed, system, *budget = sys.argv
    main(name, int(seed), system, int(budget[0]) if budget else None)
