"""Estimated AUC without labels, and with few: NannyML's CBPE and relevo on the same rows.

    python benchmarks/watch_quality.py census     41 chunks of 5,000, the relation hardly changes
    python benchmarks/watch_quality.py weeks      flights, 35 weeks of 4,000, the relation changes

CBPE runs in `.venv-watch-nannyml` (`nannyml==0.13.1 statsmodels`), which ships the census rows.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import numpy as np
import polars as pl
from measure import RESULTS, ROOT, cost
from watch_flights import Flights, flights, learner

from relevo.score.ranking import roc_auc
from relevo.validate import QualityEstimator
from relevo.watch import TrackedQuality

PEER = ROOT / ".venv-watch-nannyml" / "bin" / "python"
SCRIPT = str(ROOT / "benchmarks" / "watch_peers" / "cbpe.py")
CACHE = ROOT / ".cache" / "watch"
FILE = RESULTS / "watch_quality.json"
CHUNK, CHUNKS = 5_000, 41
WEEK, WEEKS, LABELLED, FALL = 4_000, 35, 400, 0.05
SEEDS = 4


def main() -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    done = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    for part in sys.argv[1:] or ["census", "weeks"]:
        done[part] = {"census": census, "weeks": weeks}[part]()
        FILE.write_text(json.dumps(done, indent=1) + "\n", encoding="utf-8")
        print(part, json.dumps(done[part], indent=1))


def census() -> dict[str, Any]:
    if not (CACHE / "census_target.parquet").exists():
        cost(PEER, ["python", SCRIPT, "census", str(CACHE)], CACHE)
    before, now, target = (
        pl.read_parquet(CACHE / f"census_{name}.parquet")
        for name in ("reference", "current", "target")
    )
    true = target["employed"].to_numpy().astype(float)
    said, known = (t["predicted_probability"].to_numpy() for t in (now, before))
    names = ["id", "employed", "year", "prediction", "predicted_probability"]
    start = time.process_time()
    estimator = QualityEstimator("roc_auc", known, before["employed"], before.drop(names))
    columns = now.drop(names, strict=False)
    real, ours = [], []
    for at in range(CHUNKS):
        rows = slice(at * CHUNK, (at + 1) * CHUNK)
        ours.append(estimator.estimate(said[rows], columns[rows]))
        real.append(roc_auc(true[rows], both(said[rows])))
    spent = time.process_time() - start
    whole = CHUNK * CHUNKS
    peer = cbpe(known, before["employed"].to_numpy(), said[:whole], CHUNK)
    constant = roc_auc(before["employed"].to_numpy().astype(float), both(known))
    return {
        "chunks": CHUNKS,
        "rows": CHUNK,
        "constant": off(np.full(CHUNKS, constant), real),
        "cbpe": off(peer["values"][:CHUNKS], real),
        "relevo": off([one.value for one in ours], real),
        "relevo_covered_at_90": held([one.interval for one in ours], real),
        "relevo_cpu_s_a_chunk": spent / CHUNKS,
        "nannyml": peer["version"],
    }


def weeks() -> dict[str, Any]:
    """A model of a third of January to April; another third calibrates; then week after week."""
    rows = flights()
    first = np.flatnonzero(rows.day < 120)
    third = np.random.default_rng(0).integers(0, 3, len(first))
    said = learner(rows, first[third == 0]).predict(rows.x)
    known = first[third == 1]
    draws = [drawn(rows, seed) for seed in range(SEEDS)]
    found = [_weeks(rows, said, known, one) for one in draws]
    means = {name: float(np.mean([one[name] for one in found])) for name in found[0]}
    told = {"weeks": WEEKS, "rows": WEEK, "labelled": LABELLED, "draws": SEEDS, **means}
    return told | _without(rows, said, known, draws[0])


def drawn(rows: Flights, seed: int) -> list[Any]:
    """So many rows of each week from May on, in a random order: the first of them get labels."""
    rng, found = np.random.default_rng(seed), []
    for start in range(120, 120 + 7 * WEEKS, 7):
        week = np.flatnonzero((rows.day >= start) & (rows.day < start + 7))
        found.append(rng.choice(week, min(WEEK, len(week)), replace=False))
    return found


def _weeks(rows: Flights, said: Any, known: Any, every: list[Any]) -> dict[str, float]:
    tracked = TrackedQuality("roc_auc", (said[known], rows.y[known]))
    ours, alone = [], []
    for week in every:
        seen = rows.y[week].copy()
        seen[LABELLED:] = np.nan
        ours.append(tracked.update(said[week], seen))
        few = week[:LABELLED]
        alone.append(roc_auc(rows.y[few], both(said[few])))
    real = realised(rows, said, every)
    fell = tracked.baseline - real >= FALL
    flagged = np.array([one.fallen for one in ours])
    return {
        "constant": off(np.full(WEEKS, tracked.baseline), real),
        "labels_alone": off(alone, real),
        "relevo_with_labels": off([one.value for one in ours], real),
        "relevo_covered_at_90": held([one.interval for one in ours], real),
        "falls_flagged": float(flagged[fell].mean()),
        "weeks_with_a_fall": float(fell.sum()),
        "flagged_without_any_fall": float(flagged[real >= tracked.baseline].sum()),
    }


def _without(rows: Flights, said: Any, known: Any, every: list[Any]) -> dict[str, float]:
    estimator = QualityEstimator("roc_auc", said[known], rows.y[known], rows.table[known])
    ours = [estimator.estimate(said[week], rows.table[week]).value for week in every]
    real, together = realised(rows, said, every), np.concatenate(every)
    peer = cbpe(said[known], rows.y[known], said[together], WEEK)
    return {
        "relevo_without_labels": off(ours, real),
        "cbpe_without_labels": off(peer["values"][:WEEKS], real),
        "cbpe_alerts": float(peer["alerts"]),
    }


def realised(rows: Flights, said: Any, every: list[Any]) -> Any:
    return np.array([roc_auc(rows.y[week], both(said[week])) for week in every])


def cbpe(known: Any, true: Any, said: Any, chunk: int) -> dict[str, Any]:
    before = pl.DataFrame({"said": known, "called": (known >= 0.5).astype(int), "true": true})
    now = pl.DataFrame({"said": said, "called": (said >= 0.5).astype(int)})
    before.write_parquet(CACHE / "cbpe_before.parquet")
    now.write_parquet(CACHE / "cbpe_now.parquet")
    spent = cost(PEER, ["python", SCRIPT, str(CACHE), str(chunk)], CACHE)
    answer: dict[str, Any] = json.loads(spent.output.strip().splitlines()[-1])
    return answer


def both(said: Any) -> Any:
    return np.column_stack([1 - said, said])


def off(values: Any, real: Any) -> float:
    return float(np.mean(np.abs(np.asarray(values) - np.asarray(real))))


def held(intervals: Any, real: Any) -> float:
    return float(
        np.mean([low <= one <= high for (low, high), one in zip(intervals, real, strict=True)])
    )


if __name__ == "__main__":
    main()
