"""How often drift is found where there is none, and where there is: `drift` and `DriftMonitor`.

    python benchmarks/watch_drift_level.py cells [WINDOWS]    false alarms, each cell by itself
    python benchmarks/watch_drift_level.py power [WINDOWS]    at 10,000 against 2,000 rows
    python benchmarks/watch_drift_level.py year [YEARS]       false alarms over 365 looks
    python benchmarks/watch_drift_level.py delay [RUNS]       looks until a change is found

Each part writes its place in benchmarks/results/watch_drift_level.json.
"""

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from measure import RESULTS
from watch_drift_rows import CONTENTS, DEPENDENCE, cell_rows, daily_rows, mixed_rows

from relevo.watch import Reference, drift
from relevo.watch.drift_monitor import DriftMonitor

FILE = RESULTS / "watch_drift_level.json"
ALPHA, LOOKS = 0.05, 365
REFERENCES, WINDOWS, COLUMNS = (200, 1_000, 10_000, 60_000), (200, 2_000), (5, 20, 200)
CELLS_AT_ONCE = 500_000  # a larger cell is drawn a fifth as often
CHANGES: dict[str, dict[str, float]] = {
    "none": {},
    "12 numbers + .05 sd": {"all_by": 0.05},
    "one number + .1 sd": {"one_by": 0.1},
    "one number + .2 sd": {"one_by": 0.2},
    "category odds x 1.2": {"odds": 1.2},
}
DELAYS = ((200, 0.1), (200, 0.2), (2_000, 0.1), (2_000, 0.2))
CALM, MOST_DAYS = 30, 120


def main() -> None:
    part, wanted = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0
    parts = {"cells": cells, "power": power, "year": year, "delay": delay}
    for row in parts[part](wanted):
        print(json.dumps(row), flush=True)
        done = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
        done[part] = [old for old in done.get(part, []) if old["name"] != row["name"]] + [row]
        FILE.write_text(json.dumps(done, indent=1) + "\n", encoding="utf-8")


def seeded(name: str) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(name.encode()))


def cells(windows: int) -> Iterator[dict[str, Any]]:
    """Every size with one dependence and one kind of contents, in turn; so each pair meets."""
    sizes = [(r, w, c) for c in COLUMNS for r in REFERENCES for w in WINDOWS]
    kinds = [(d, k) for k in CONTENTS for d in DEPENDENCE]
    for at, (reference, window, columns) in enumerate(sizes * 2):
        dependence, contents = kinds[(at * 7) % len(kinds)]
        name = f"{reference}, {window}, {columns}, {dependence}, {contents}"
        large = (reference + window) * columns > CELLS_AT_ONCE
        draws = max(20, (windows or 200) // (5 if large else 1))
        rng, shape = seeded(name), (columns, dependence, contents)
        alarms = sum(
            drift(cell_rows(rng, reference, *shape), cell_rows(rng, window, *shape), ALPHA).alarm
            for _ in range(draws)
        )
        yield {"name": name, "windows": draws, "alarms": alarms / draws}


def power(windows: int) -> Iterator[dict[str, Any]]:
    draws = windows or 200
    for name, change in CHANGES.items():
        rng, found = seeded(name), 0
        for at in range(draws):
            if at % 4 == 0:
                reference = Reference.of(mixed_rows(rng, 10_000))
            found += drift(reference, mixed_rows(rng, 2_000, **change), ALPHA).alarm
        yield {"name": name, "windows": draws, "alarms": found / draws}


def year(years: int) -> Iterator[dict[str, Any]]:
    """Beside it: the p-value of each day against the reference alone, held against alpha / 365."""
    rng, alarms, p_values = seeded("year"), [], []
    for at in range(years or 100):
        reference = Reference.of(daily_rows(rng, 2_000))
        monitor = DriftMonitor(reference, ALPHA, LOOKS)
        looks = [monitor.look(daily_rows(rng, 200)) for _ in range(LOOKS)]
        alarms.append(any(look.alarm for look in looks))
        p_values.append([look.p_value for look in looks])
        p = np.array(p_values)
        yield {
            "name": "no change",
            "years": at + 1,
            "monitor": float(np.mean(alarms)),
            "alpha / 365 each day": float(np.mean((p <= ALPHA / LOOKS).any(axis=1))),
            "alpha each day": float(np.mean((p <= ALPHA).any(axis=1))),
            "share of days with p <= .05": float(np.mean(p <= ALPHA)),
            "correlation of neighbours": float(
                np.corrcoef(p[:, 1:].ravel(), p[:, :-1].ravel())[0, 1]
            ),
        }


def delay(runs: int) -> Iterator[dict[str, Any]]:
    """Days from the change to the alarm; the change comes after 30 calm days."""
    for rows, shift in DELAYS:
        name = f"{rows} rows a day, one of 4 columns + {shift} sd"
        rng, ours, simple, began = seeded(name), [], [], []
        for _ in range(runs or 40):
            reference = Reference.of(daily_rows(rng, 2_000 if rows < 2_000 else 10_000))
            monitor, days = DriftMonitor(reference, ALPHA, LOOKS), [MOST_DAYS, MOST_DAYS]
            for day in range(CALM + MOST_DAYS):
                window = daily_rows(rng, rows, shift if day >= CALM else 0.0)
                look = monitor.look(window, day)
                since = day - CALM + 1
                alone = drift(reference, window, ALPHA / LOOKS)
                if look.alarm and days[0] == MOST_DAYS:
                    days[0] = since
                    began.append(abs(int(look.began or 0) - CALM))
                if alone.alarm and days[1] == MOST_DAYS:
                    days[1] = since
                if max(days) < MOST_DAYS:
                    break
            ours.append(days[0])
            simple.append(days[1])
        yield {
            "name": name,
            "runs": len(ours),
            "monitor": float(np.median(ours)),
            "monitor 90 %": float(np.quantile(ours, 0.9)),
            "alpha / 365 each day": float(np.median(simple)),
            "alpha / 365 each day 90 %": float(np.quantile(simple, 0.9)),
            "began is off by": float(np.median(began)) if began else None,
        }


if __name__ == "__main__":
    main()
