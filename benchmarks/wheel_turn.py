"""One turn of the wheel on flights, by step: a month of 28,000 rows checked, watched, renewed.

No peer does all of it; the seconds are medians of turns on April, May and June 2013, each from the
same first champion.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median
from time import perf_counter

import polars as pl
from measure import RESULTS, ROOT

import relevo

FLIGHTS = ROOT / "examples" / "flights"
MONTHS = ("2013-04", "2013-05", "2013-06")


def main() -> None:
    steps: dict[str, list[float]] = defaultdict(list)
    for month in MONTHS:
        for step, seconds in turn(month).items():
            steps[step].append(seconds)
    medians = {step: median(seconds) for step, seconds in steps.items()}
    RESULTS.mkdir(exist_ok=True)
    rows = pl.read_parquet(FLIGHTS / "data" / f"{MONTHS[0]}.parquet").height
    content = {"name": "wheel_turn", "rows_of_a_month": rows, "n": len(MONTHS), "steps": medians}
    text = json.dumps(content, indent=2)
    (RESULTS / "wheel_turn.json").write_text(text + "\n", encoding="utf-8")
    for step, seconds in medians.items():
        print(f"{step:10} {seconds:6.2f} s")


def turn(month: str) -> dict[str, float]:
    folder = Path(tempfile.mkdtemp())
    try:
        shutil.copy(FLIGHTS / "relevo.toml", folder)
        (folder / "data").symlink_to(FLIGHTS / "data")
        with relevo.open(folder) as project:
            project.run(budget="20s")
            batch = FLIGHTS / "data" / f"{month}.parquet"
            start = perf_counter()
            project.check(batch)
            seconds = defaultdict(float, check=perf_counter() - start)
            for row in project.renew(batch, budget="20s").steps:
                seconds[row.step] += row.seconds  # those who stand have a duel before the replicas'
            return seconds
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
