"""Fairness gaps beside fairlearn's; subgroups and slices: found how often, and falsely how often.

    python benchmarks/validate_subgroups.py fairness           the same numbers, and the time
    python benchmarks/validate_subgroups.py intervals [DRAWS]  how often a gap's interval holds it
    python benchmarks/validate_subgroups.py level [WORLDS]     worlds in which nothing is worse
    python benchmarks/validate_subgroups.py slices [WORLDS]    worlds with a planted slice
    python benchmarks/validate_subgroups.py speed              50,000 rows of 20 columns

Each part writes its place in benchmarks/results/validate_subgroups.json.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from measure import RESULTS, ROOT

from relevo.learn.learner import Prediction
from relevo.validate.groups.fairness import column_fairness
from relevo.validate.groups.groups import Groups
from relevo.validate.groups.slices import worst_slices
from relevo.validate.groups.subgroups import subgroup_figures

FILE = RESULTS / "validate_subgroups.json"
PEER = ROOT / ".venv-validate-fairlearn" / "bin" / "python"
SCRIPT = ROOT / "benchmarks" / "validate_peers" / "fairlearn_gaps.py"
TABLES = ((2_000, 3, False), (2_000, 3, True), (50_000, 5, False), (50_000, 20, True))
RUNS = 3


def main() -> None:
    part, wanted = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0
    parts = {
        "fairness": lambda _: fairness(),
        "intervals": intervals,
        "level": level,
        "slices": planted,
        "speed": lambda _: speed(),
    }
    rows = []  # a part is of one run
    for row in parts[part](wanted):
        print(json.dumps(row), flush=True)
        rows.append(row)
        done = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
        done[part] = rows
        FILE.write_text(json.dumps(done, indent=1) + "\n", encoding="utf-8")


def seeded(name: str) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(name.encode()))


def decisions(rng: np.random.Generator, rows: int, groups: int, gap: float) -> dict[str, Any]:
    group = rng.integers(groups, size=rows)
    target = rng.random(rows) < 0.3 + 0.05 * (group == 0)
    called = rng.random(rows) < np.where(target, 0.6, 0.2) + gap * (group == 1)
    return {"target": target, "called": called, "group": group}


def fairness() -> Iterator[dict[str, Any]]:
    for rows, groups, weighted in TABLES:
        name = f"{rows} rows, {groups} groups{', weighted' if weighted else ''}"
        rng = seeded(name)
        table = decisions(rng, rows, groups, 0.1)
        if weighted:
            table["weight"] = rng.uniform(0.5, 2.0, rows)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table.npz"
            np.savez(path, **table)
            said = [
                json.loads(subprocess.check_output([str(PEER), str(SCRIPT), str(path)]))
                for _ in range(RUNS)
            ]
        labels = table.pop("group")
        weight = table.pop("weight", None)
        times = []
        for _ in range(RUNS):
            began = time.perf_counter()
            found = column_fairness(*table.values(), labels, weight=weight)
            times.append(time.perf_counter() - began)
        theirs = said[0]["gaps"]
        off = max(abs(gap.value - theirs[gap.name]) for gap in found.gaps)
        yield {
            "name": name,
            "gaps": len(theirs),
            "largest difference from fairlearn": off,
            "relevo seconds, with intervals": float(np.median(times)),
            "fairlearn seconds, without": float(np.median([one["seconds"] for one in said])),
            "fairlearn seconds, its bootstrap of 3 rates": float(
                np.median([one["drawn"] for one in said])
            ),
            "fairlearn draws": said[0]["draws"],
        }


def intervals(draws: int) -> Iterator[dict[str, Any]]:
    """Nominal 95 %; beside it the plain percentile interval of the same bootstrap's gap."""
    for groups, gap in ((2, 0.0), (2, 0.1), (5, 0.0), (5, 0.1)):
        name = f"{groups} groups of 1,000 rows, gap {gap}"
        rng, held, plain = seeded(name), [], []
        truth = _truth(groups, gap)
        for seed in range(draws or 500):
            table = decisions(rng, 1_000, groups, gap)
            found = column_fairness(*table.values(), seed=seed)["demographic_parity_difference"]
            held.append(found.interval[0] <= truth <= found.interval[1])
            low, high = _percentiles(rng, table, groups)
            plain.append(low <= truth <= high)
        yield {
            "name": name,
            "draws": len(held),
            "held": float(np.mean(held)),
            "percentiles hold": float(np.mean(plain)),
        }


def _truth(groups: int, gap: float) -> float:
    """The difference of selection rates: 35 % of group 0 are positive, 30 % of the others."""
    rates = [0.35 * 0.6 + 0.65 * 0.2] + [0.3 * 0.6 + 0.7 * 0.2] * (groups - 1)
    rates[1] += gap
    return max(rates) - min(rates)


def _percentiles(
    rng: np.random.Generator, table: dict[str, Any], groups: int
) -> tuple[float, float]:
    gaps = []
    for _ in range(200):
        rows = rng.integers(1_000, size=1_000)
        group, called = table["group"][rows], table["called"][rows]
        rate = np.bincount(group, called, groups) / np.maximum(np.bincount(group, None, groups), 1)
        gaps.append(rate.max() - rate.min())
    low, high = np.quantile(gaps, [0.025, 0.975])
    return float(low), float(high)


def columns(rng: np.random.Generator, rows: int, many: int) -> pl.DataFrame:
    """Six in ten are numbers, the others categories of eight."""
    numbers = round(0.6 * many)
    return pl.DataFrame(
        {f"n{at}": rng.normal(size=rows) for at in range(numbers)}
        | {f"c{at}": rng.choice(list("abcdefgh"), rows) for at in range(many - numbers)}
    )


LOSSES = {
    "normal": lambda rng, rows: rng.normal(size=rows),
    "exponential": lambda rng, rows: rng.exponential(size=rows),
    "log-normal": lambda rng, rows: rng.lognormal(0.0, 1.5, rows),
    "rare ones": lambda rng, rows: (rng.random(rows) < 0.03).astype(float),
}


def level(worlds: int) -> Iterator[dict[str, Any]]:
    """Losses that have nothing to do with any column, and a model that is equally good in all."""
    for kind, draw in LOSSES.items():
        name = f"slices, {kind} losses, 2,000 rows, 10 columns"
        rng = seeded(name)
        said = [
            bool(worst_slices(draw(rng, 2_000), columns(rng, 2_000, 10), seed=seed))
            for seed in range(worlds or 1_000)
        ]
        yield {"name": name, "worlds": len(said), "said": float(np.mean(said))}
    for metric in ("log_loss", "roc_auc", "accuracy"):
        name = f"subgroups by {metric}, 1,500 rows, 3 columns"
        rng = seeded(name)
        said = [_any_apart(rng, metric) for _ in range((worlds or 1_000) // 4)]
        yield {"name": name, "worlds": len(said), "said": float(np.mean(said))}


def _any_apart(rng: np.random.Generator, metric: str) -> bool:
    rows = columns(rng, 1_500, 3)
    chance = rng.beta(1, 2, 1_500)
    target = (rng.random(1_500) < chance).astype(float)
    said = Prediction((chance > 0.5) * 1.0, np.column_stack([1 - chance, chance]))
    groups = [Groups.of(column).pooled(50) for column in rows]
    return bool(subgroup_figures("classification", target, said, groups, first=metric).apart)


def planted(worlds: int) -> Iterator[dict[str, Any]]:
    """Exponential losses, larger by a share where two conditions hold (one row in thirty)."""
    for rows, larger in ((2_000, 1.0), (10_000, 0.5), (10_000, 1.0), (50_000, 0.2), (50_000, 0.5)):
        name = f"{rows} rows, 20 columns, loss + {larger:.0%} in one row of 30"
        rng, found, others, overlap = seeded(name), 0, 0, []
        for seed in range(worlds or 100):
            frame = columns(rng, rows, 20)
            bad = ((frame["n3"] > 0.6) & (frame["c2"] == "c")).to_numpy()
            loss = rng.exponential(size=rows) * (1 + larger * bad)
            said = worst_slices(loss, frame, seed=seed)
            hits = [one for one in said if {"n3", "c2"} >= {c.column for c in one.conditions}]
            found += bool(hits)
            others += len(said) > len(hits)
            for one in hits[:1]:
                held = np.all([part.holds(frame) for part in one.conditions], axis=0)
                overlap.append((held & bad).sum() / (held | bad).sum())
        yield {
            "name": name,
            "worlds": worlds or 100,
            "found": found / (worlds or 100),
            "rows in both over rows in either": float(np.mean(overlap)) if overlap else None,
            "another said": others / (worlds or 100),
        }


def speed() -> Iterator[dict[str, Any]]:
    rng = seeded("speed")
    frame, loss = columns(rng, 50_000, 20), rng.exponential(size=50_000)
    times = []
    for seed in range(RUNS):
        began = time.perf_counter(), time.process_time()
        worst_slices(loss, frame, seed=seed)
        times.append((time.perf_counter() - began[0], time.process_time() - began[1]))
    wall, processor = np.median(times, axis=0)
    yield {
        "name": "slices, 50,000 rows, 20 columns",
        "seconds": float(wall),
        "processor seconds": float(processor),
        "n": RUNS,
    }


if __name__ == "__main__":
    main()
