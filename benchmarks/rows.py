"""Preparing rows of 20 columns (14 numbers, 6 categories): one row, and a million at once.

Against pandas with scikit-learn's ColumnTransformer (median imputation, ordinal codes), which is
what a served pipeline does with a row of JSON: 10,000 calls, the peer 1,000. The million is fitted
and transformed in a process of its own, so that its peak of memory is known; the table itself is
part of that peak.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from measure import OURS, Cost, Row, cost, save

NUMBERS = [f"number_{i}" for i in range(14)]
CATEGORIES = [f"category_{i}" for i in range(6)]
LEVELS = np.array([f"level {i}" for i in range(30)], dtype=object)
MILLION = 1_000_000
SAMPLE = 20_000
Prepare = Callable[[Any], Any]


def main() -> None:
    row = {name: values[0] for name, values in columns(1).items()}
    row = {name: v if isinstance(v, str) else float(v) for name, v in row.items()}
    ours = one_row(with_relevo(SAMPLE)[1], row, 10_000)
    peer = one_row(with_sklearn(SAMPLE)[1], row, 1_000)
    runs: dict[str, list[Cost]] = {"relevo": [], "sklearn": []}
    for _ in range(3):
        for side, done in runs.items():
            done.append(cost(OURS, ["python", str(Path(__file__).resolve()), side]))
    seconds = {side: median(float(run.output) for run in done) for side, done in runs.items()}
    peaks = {side: median(run.peak_memory_mb for run in done) for side, done in runs.items()}
    name = "pandas + scikit-learn"
    rows = [
        Row("one_row_us", "µs", ours, peer, name, 1_000),
        Row("million_rows_seconds", "s", seconds["relevo"], seconds["sklearn"], name, 3),
        Row("million_rows_mb", "MB", peaks["relevo"], peaks["sklearn"], name, 3),
    ]
    save("rows", rows)


def one_row(prepare: Prepare, row: dict[str, Any], times: int) -> float:
    """Median microseconds of a call."""
    prepare(row)
    spent = []
    for _ in range(times):
        start = time.perf_counter_ns()
        prepare(row)
        spent.append(time.perf_counter_ns() - start)
    return median(spent) / 1_000


def million(side: str) -> None:
    print((with_relevo if side == "relevo" else with_sklearn)(MILLION)[0])


def columns(n: int) -> dict[str, Any]:
    """The same values for both sides; one number in twenty is missing."""
    rng = np.random.default_rng(0)
    made: dict[str, Any] = {}
    for name in NUMBERS:
        made[name] = rng.normal(size=n)
        made[name][1:][rng.random(n - 1) < 0.05] = np.nan
    for name in CATEGORIES:
        made[name] = LEVELS[rng.integers(len(LEVELS), size=n)]
    return made


def with_relevo(n: int) -> tuple[float, Prepare]:
    """Seconds to fit and to prepare the whole table, and what prepares one row."""
    import polars as pl

    from relevo.data.conform import conform
    from relevo.data.contract import learn_contract
    from relevo.prepare.preparation import Preparation

    frame = pl.DataFrame(columns(n)).with_columns(pl.col(NUMBERS).fill_nan(None))
    contract = learn_contract(frame.head(SAMPLE), target="")
    start = time.perf_counter()
    read = conform(frame, contract)
    preparation = Preparation.fit(read, contract)
    preparation.table(read)
    return time.perf_counter() - start, preparation.row


def with_sklearn(n: int) -> tuple[float, Prepare]:
    """Seconds to fit and to prepare the whole table, and what prepares one row."""
    import pandas as pd
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.preprocessing import OrdinalEncoder

    frame = pd.DataFrame(columns(n))
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    transformer = ColumnTransformer(
        [("numbers", SimpleImputer(strategy="median"), NUMBERS), ("categories", codes, CATEGORIES)]
    )
    start = time.perf_counter()
    transformer.fit_transform(frame)
    seconds = time.perf_counter() - start
    return seconds, lambda row: transformer.transform(pd.DataFrame([row]))


if __name__ == "__main__":
    million(sys.argv[1]) if len(sys.argv) > 1 else main()
