"""Is the population test at its level, does it see shifts, and do the weights repair them?

    python benchmarks/validate_population.py level [PAIRS]    false alarms, by kind of table
    python benchmarks/validate_population.py power [PAIRS]    beside two classifier tests
    python benchmarks/validate_population.py weights [DRAWS]  the target's mean outcome, weighted

Each part writes its place in benchmarks/results/validate_population.json.
"""

from __future__ import annotations

import json
import sys
import time
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
from measure import RESULTS
from watch_drift_rows import cell_rows, mixed_rows

from relevo.score.spread import kish
from relevo.validate.target.domain import learnt_apart, mann_whitney, tell_apart
from relevo.validate.target.encode import Encoding
from relevo.validate.target.exchangeable import exchangeable
from relevo.validate.target.reweigh import reweigh

FILE = RESULTS / "validate_population.json"
ALPHA = 0.05
# training rows, target rows, columns, dependence, contents
TABLES = (
    (2_000, 2_000, 10, "independent", "plain"),
    (1_000, 200, 5, "factor", "ties"),
    (200, 200, 20, "independent", "missing"),
    (60, 60, 5, "factor", "heavy"),
    (30, 30, 3, "independent", "rare"),
    (1_000, 1_000, 20, "copies", "rare"),
    (500, 500, 100, "factor", "missing"),
    (5_000, 500, 20, "factor", "ties"),
)
SHIFTS = {
    "none": {},
    "12 numbers + .05 sd": {"all_by": 0.05},
    "one number of 20 + .2 sd": {"one_by": 0.2},
    "odds of 8 categories x 1.2": {"odds": 1.2},
}


def main() -> None:
    part, wanted = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0
    parts = {"level": level, "power": power, "weights": weights}
    rows = []  # a part is of one run
    for row in parts[part](wanted):
        print(json.dumps(row), flush=True)
        rows.append(row)
        done = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
        done[part] = rows
        FILE.write_text(json.dumps(done, indent=1) + "\n", encoding="utf-8")


def seeded(name: str) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(name.encode()))


def both(training: pl.DataFrame, target: pl.DataFrame) -> tuple[np.ndarray, list[int], np.ndarray]:
    encoding = Encoding.of(training, target)
    matrix = np.concatenate([encoding(training), encoding(target)])
    return matrix, encoding.categorical, np.arange(len(matrix)) >= training.height


def level(pairs: int) -> Iterator[dict[str, Any]]:
    for training, target, columns, *kind in TABLES:
        name = f"{training} x {target} rows, {columns} columns, {', '.join(kind)}"
        rng, p_values, seconds = seeded(name), [], 0.0
        for seed in range(pairs or 1_000):
            sides = [cell_rows(rng, rows, columns, *kind) for rows in (training, target)]
            began = time.perf_counter()
            p_values.append(exchangeable(*both(*sides), seed))
            seconds += time.perf_counter() - began
        p = np.array(p_values)
        yield {
            "name": name,
            "pairs": len(p),
            "alarms": float((p <= ALPHA).mean()),
            "alarms at .01": float((p <= 0.01).mean()),
            "seconds": seconds / len(p),
        }


def power(pairs: int) -> Iterator[dict[str, Any]]:
    """Of ours, of a split sample (half learns, half judges), and of five folds combined."""
    for name, shift in SHIFTS.items():
        yield from _power(name, pairs or 200, lambda rng, s=shift: mixed_rows(rng, 1_000, **s))
    for turned in (0.2, 0.4):
        yield from _power(f"correlation of two of 6 + {turned}", pairs or 200, _turned(turned))


def _turned(by: float) -> Any:
    def rows(rng: np.random.Generator) -> pl.DataFrame:
        normal = rng.standard_normal((1_000, 6))
        normal[:, 1] = by * normal[:, 0] + np.sqrt(1 - by**2) * normal[:, 1]
        return pl.DataFrame(normal, schema=[f"n{at}" for at in range(6)])

    return rows


def _power(name: str, pairs: int, draw: Any) -> Iterator[dict[str, Any]]:
    rng, found = seeded(name), []
    plain = _turned(0.0) if name.startswith("correlation") else (lambda rng: mixed_rows(rng, 1_000))
    for seed in range(pairs):
        training, target = plain(rng), draw(rng)
        matrix, categorical, is_target = both(training, target)
        learnt = rng.random(len(matrix)) < 0.5
        scores, _ = learnt_apart(matrix, categorical, is_target, learnt, seed)
        split = mann_whitney(is_target[~learnt], scores)[1]
        folds = tell_apart(training, target, seed).p_value
        assert folds is not None
        found.append([exchangeable(matrix, categorical, is_target, seed), split, folds])
    p = np.array(found)
    alarms = dict(
        zip(("relevo", "split sample", "five folds"), (p <= ALPHA).mean(axis=0), strict=True)
    )
    yield {"name": name, "pairs": pairs, **{key: float(value) for key, value in alarms.items()}}


def weights(draws: int) -> Iterator[dict[str, Any]]:
    """An outcome that bends with three columns; its mean in the target, from training's outcomes.

    Beside it the odds of the same trees, neither calibrated nor balanced. `effective` is the number
    of equally weighted rows that say as much, of 2,000.
    """
    for shift in (0.0, 0.3, 0.7):
        name = f"shift of {shift} sd in one column, others in spread and shares"
        rng, missed, effective = seeded(name), [], []
        truth = float(np.mean([_outcomes(rng, 20_000, shift)[1].mean() for _ in range(10)]))
        for seed in range(draws or 40):
            training, outcome = _outcomes(rng, 2_000, 0.0)
            target, _ = _outcomes(rng, 1_500, shift)
            matrix, categorical, is_target = both(training, target)
            ours = reweigh(matrix, categorical, is_target, seed).weights
            trees = tell_apart(training, target, seed).weights
            every = (np.ones(2_000), trees, ours)
            missed.append([np.average(outcome, weights=mass) - truth for mass in every])
            effective.append([kish(mass) for mass in every])
        root = np.sqrt((np.array(missed) ** 2).mean(axis=0))
        rows = np.array(effective).mean(axis=0)
        yield {
            "name": name,
            "draws": len(missed),
            "root mean squared error, unweighted": float(root[0]),
            "odds of trees": float(root[1]),
            "relevo": float(root[2]),
            "effective, odds of trees": float(rows[1]),
            "effective, relevo": float(rows[2]),
        }


def _outcomes(rng: np.random.Generator, rows: int, shift: float) -> tuple[pl.DataFrame, np.ndarray]:
    z = rng.normal(size=(rows, 8))
    z[:, 0] += shift
    z[:, 1] *= 1 + shift / 2
    group = rng.random(rows) < 0.3 + 0.3 * shift
    outcome = 2 * np.sin(z[:, 0]) + z[:, 0] + z[:, 1] ** 2 + group + rng.normal(size=rows)
    frame = pl.DataFrame({f"x{at}": z[:, at] for at in range(8)})
    return frame.with_columns(group=pl.Series(np.where(group, "b", "a"))), outcome


if __name__ == "__main__":
    main()
