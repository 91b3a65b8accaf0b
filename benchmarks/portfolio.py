"""Learns the order in which the search tries configurations: `src/relevo/learn/portfolio.json`.

Every configuration of a pool (some made by hand, most drawn at random) is fitted in two of five
folds of every data set of `tabular_sets.py`; then the list is built greedily: next comes what
lowers the loss of the ensemble most, on average over the sets, for the square root of its time (the
second one for its time).
Fits are kept in `.cache/benchmarks/portfolio`, so that a run can be resumed.

    python benchmarks/portfolio.py fit [SET ...]     # an hour for all
    python benchmarks/portfolio.py order             # writes the list
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from relevo.compute.budget import Budget
from relevo.data.conform import conform
from relevo.data.contract import learn_contract
from relevo.learn.costs import Costs
from relevo.learn.folds import folds
from relevo.learn.learner import Target
from relevo.learn.links import score_loss
from relevo.learn.registry import learner
from relevo.learn.rows import Rows
from relevo.learn.select import select
from relevo.learn.thinned import thinned
from relevo.prepare.preparation import Preparation

ROOT = Path(__file__).parent.parent
SETS = ROOT / ".cache" / "benchmarks" / "tabular"
KEPT = ROOT / ".cache" / "benchmarks" / "portfolio"
LIST = ROOT / "src" / "relevo" / "learn" / "portfolio.json"
MOST_ROWS = 12_000
FITTED_FOLDS = range(2)
LENGTH = 14
TASKS = ("regression", "binary", "multiclass")
LEAST_GAIN = 1e-5
PAIRED = 20  # so many boosting configurations stand in the pool with pairs, too
SECONDS = 60.0

Config = tuple[str, dict[str, Any]]


def pool() -> list[Config]:
    """Defaults and random configurations, always the same ones."""
    random = np.random.default_rng(1)
    made: list[Config] = [("linear", {"bends": bends}) for bends in (8, 0, 16)]
    made += [
        ("boosting", {"learning_rate": 0.04, "leaves": 8, "feature_share": 0.4, "l2": 5.0}),
        ("boosting", {"leaves": 31, "extra_random": True, "feature_share": 1.0, "row_share": 0.9}),
        ("boosting", {"leaves": 31, "ordinal": True}),
        ("boosting", {"leaves": 50, "row_share": 0.75, "feature_share": 1.0}),
        ("boosting", {"leaves": 31}),
        ("network", {"epochs": 30}),
    ]
    made += [("boosting", boosting(random)) for _ in range(20)]
    made += [("network", network(random)) for _ in range(12)]
    trees = [settings for kind, settings in made if kind == "boosting"]
    made += [("boosting", {**settings, "pairs": True}) for settings in trees[:PAIRED]]
    quick = [(0.1, 31, True), (0.15, 31, False), (0.2, 12, True)]
    made += [
        ("boosting", {"learning_rate": rate, "leaves": leaves, "ordinal": ordinal})
        for rate, leaves, ordinal in quick
    ]
    return made


def boosting(random: np.random.Generator) -> dict[str, Any]:
    return {
        "learning_rate": round(float(np.exp(random.uniform(np.log(0.03), np.log(0.12)))), 3),
        "leaves": round(float(np.exp(random.uniform(np.log(4), np.log(128))))),
        "feature_share": round(float(random.uniform(0.25, 1.0)), 2),
        "row_share": round(float(random.uniform(0.6, 1.0)), 2),
        "l2": round(float(np.exp(random.uniform(np.log(0.1), np.log(20)))), 2),
        "rows_in_leaf": [None, None, 2, 5, 20, 60][int(random.integers(6))],
        "extra_random": bool(random.random() < 0.4),
        "ordinal": bool(random.random() < 0.5),
    }


def network(random: np.random.Generator) -> dict[str, Any]:
    return {
        "width": [128, 256, 384][int(random.integers(3))],
        "layers": [1, 2, 2, 3][int(random.integers(4))],
        "bends": [4, 8, 16, 24][int(random.integers(4))],
        "epochs": [15, 30, 60][int(random.integers(3))],
        "learning_rate": round(float(np.exp(random.uniform(np.log(7e-4), np.log(8e-3)))), 4),
        "dropout": [0.0, 0.1, 0.2, 0.3, 0.5][int(random.integers(5))],
        "weight_decay": [0.001, 0.01, 0.1][int(random.integers(3))],
        "batch": [64, 128, 256, 512][int(random.integers(4))],
    }


def rows_of(name: str) -> Rows:
    """A set, prepared as relevo prepares it; of large ones a sample."""
    about = json.loads((SETS / "sets.json").read_text())[name]
    frame = pl.read_parquet(SETS / f"{name}.parquet")
    target = frame[about["target"]]
    contract = learn_contract(frame, about["target"])
    ready = conform(frame, contract)
    matrix = Preparation.fit(ready, contract).table(ready)
    if about["task"] == "regression":
        rows = Rows(matrix, Target(target.cast(pl.Float64).to_numpy()))
    else:
        labels = target.cast(pl.String)
        classes = tuple(sorted(labels.unique().to_list()))
        places = {label: float(place) for place, label in enumerate(classes)}
        rows = Rows(matrix, Target(labels.replace_strict(places).to_numpy(), classes))
    return thinned(rows, MOST_ROWS, False, 0)


def fit(name: str) -> None:
    rows = rows_of(name)
    cut = folds(rows.target, 5, seed=0)
    for place, (kind, settings) in enumerate(pool()):
        file = KEPT / name / f"{place}.npz"
        if file.exists():
            continue
        tuned = learner(kind, **settings).made_for(rows)
        started, scores = time.perf_counter(), []
        for fold in FITTED_FOLDS:
            part, held = rows.take(cut.part(fold)), rows.take(cut.held(fold))
            scores.append(tuned.attempt(part, held, Budget(SECONDS)).scores)
        seconds = time.perf_counter() - started
        file.parent.mkdir(parents=True, exist_ok=True)
        np.savez(file, scores=np.concatenate(scores), seconds=seconds)
        loss = score_loss(np.concatenate(scores), judged(rows))
        print(f"{name:14s} {place:3d} {kind:9s} {loss:.5g} {seconds:6.1f} s", flush=True)


def judged(rows: Rows) -> Target:
    cut = folds(rows.target, 5, seed=0)
    return rows.target.take(np.concatenate([cut.held(fold) for fold in FITTED_FOLDS]))


@dataclass(frozen=True)
class Results:
    """What a set's configurations gave: the target of its held rows, scores, seconds."""

    target: Target
    scores: list[np.ndarray]
    seconds: np.ndarray

    @classmethod
    def of(cls, name: str) -> Results:
        kept = [np.load(KEPT / name / f"{place}.npz") for place in range(len(pool()))]
        seconds = np.array([float(one["seconds"]) for one in kept])
        return cls(judged(rows_of(name)), [one["scores"] for one in kept], seconds)

    def constant(self) -> float:
        """The loss of a prediction that is the same for all rows."""
        if not self.target.classes:
            return float(self.target.values.std())
        _, counts = np.unique(self.target.values, return_counts=True)
        return float(-(counts / counts.sum() * np.log(counts / counts.sum())).sum())

    def loss(self, chosen: list[int]) -> float:
        """The loss of the ensemble of these; root mean squared error for a regression."""
        scores = [self.scores[place] for place in chosen]
        n = len(scores)
        free = Costs([0.0] * n, [0.0] * n, ["free"] * n, {"free": 0.0}, [1] * n)
        weights = select(scores, self.target, free)
        mixed = sum(weight * one for weight, one in zip(weights, scores, strict=True))
        loss = score_loss(np.asarray(mixed), self.target)
        return loss if self.target.classes else loss**0.5


def order(names: list[str]) -> list[Config]:
    """The configurations in the order of what they add for their time."""
    results = [Results.of(name) for name in names]
    best = [result.loss(list(range(len(pool())))) for result in results]
    # Where classes can be told apart almost without error, shares of the loss are only noise.
    scale = [max(b, 0.1 * result.constant()) for result, b in zip(results, best, strict=True)]
    cost = np.mean([r.seconds / np.median(r.seconds) for r in results], axis=0)

    def behind(chosen: list[int]) -> float:
        gaps = [(r.loss(chosen) - b) / s for r, b, s in zip(results, best, scale, strict=True)]
        return float(np.mean(gaps))

    chosen = [0]  # the linear model stands first: it is always there, at once
    gains = dict.fromkeys(range(1, len(pool())), np.inf)
    while len(chosen) < LENGTH:
        # The second stands there for budgets that have time for no third.
        worth = cost ** -(1.0 if len(chosen) == 1 else 0.5)
        now, place = behind(chosen), 0
        # What a configuration adds hardly grows as the list does: most need no second look.
        for one in sorted(gains, key=lambda p: -gains[p] * worth[p]):
            if place and gains[one] * worth[one] <= gains[place] * worth[place]:
                break
            gains[one] = now - behind([*chosen, one])
            if not place or gains[one] * worth[one] > gains[place] * worth[place]:
                place = one
        if gains[place] <= LEAST_GAIN:
            break
        chosen.append(place)
        print(f"{len(chosen):2d} {now - gains[place]:8.4%} behind all, {pool()[place]}", flush=True)
        del gains[place]
    return [pool()[place] for place in chosen]


def main() -> None:
    warnings.simplefilter("ignore")
    about = json.loads((SETS / "sets.json").read_text())
    what, *names = sys.argv[1:]
    if what == "fit":
        for name in names or about:
            fit(name)
        return
    ready = [name for name in about if len(list((KEPT / name).glob("*.npz"))) == len(pool())]
    alike = {task: [name for name in ready if about[name]["task"] == task] for task in TASKS}
    print(alike)
    with ProcessPoolExecutor() as processes:
        ordered = zip(TASKS, processes.map(order, alike.values()), strict=True)
        lists = {
            task: [{"learner": kind, "settings": settings} for kind, settings in found]
            for task, found in ordered
        }
    lines = [
        f' "{task}": [\n' + ",\n".join(f"  {json.dumps(one)}" for one in found) + "\n ]"
        for task, found in lists.items()
    ]
    LIST.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
