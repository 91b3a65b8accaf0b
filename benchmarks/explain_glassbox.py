"""The glass box beside EBM: accuracy over the same folds, the time of a fit, and of one row.

The sets are those of tabular_sets.py; EBM runs in `.venv-explain-ebm` (explain_peers/ebm.txt), as
it comes and at its quickest: four bags, no interactions. A fit's time is that of one core, so that
what else the machine does counts little.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import fmean, median
from typing import TYPE_CHECKING, Any

import numpy as np
from measure import OURS, RESULTS, ROOT, machine
from tabular_score import auc, r2
from tabular_sets import CACHE, LIST

if TYPE_CHECKING:
    import pandas as pd

SETS = {
    **{"germancredit": 5, "default": 3, "credit_data": 5, "lending_club": 3},
    **{"diabetes": 5, "wage": 3, "flights": 1},
}
MOST_ROWS = 100_000
SYSTEMS = ("relevo additive", "relevo linear", "EBM 4 bags, no interactions", "EBM default")
NOT_ON = {"EBM default": ("lending_club", "flights")}  # minutes, and half an hour
EBM = ROOT / ".venv-explain-ebm" / "bin" / "python"
ROWS_TIMED = 2_000
Scores = Callable[[Any], np.ndarray]


def main() -> None:
    cells = []
    for name in SETS:
        for system in SYSTEMS:
            if name in NOT_ON.get(system, ()):
                continue
            python = EBM if system.startswith("EBM") else OURS
            command = [str(python), __file__, system, name]
            one_core = {**os.environ, "OMP_NUM_THREADS": "1"}
            done = subprocess.run(
                command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=one_core
            )
            cells.append(json.loads(done.stdout.splitlines()[-1]))
            print(json.dumps(cells[-1]), flush=True)
            RESULTS.mkdir(exist_ok=True)
            told = {"name": "explain_glassbox", "machine": machine(), "rows": cells}
            text = json.dumps(told, indent=2) + "\n"
            (RESULTS / "explain_glassbox.json").write_text(text, encoding="utf-8")


def cell(system: str, name: str) -> dict[str, Any]:
    """One system on all folds of a set."""
    import pandas as pd

    known = json.loads(LIST.read_text(encoding="utf-8"))[name]
    table = pd.read_parquet(CACHE / f"{name}.parquet")
    if len(table) > MOST_ROWS:
        table = table.sample(MOST_ROWS, random_state=0).reset_index(drop=True)
    outcome, rows = table[known["target"]], table.drop(columns=known["target"])
    classes = () if known["task"] == "regression" else tuple(sorted(outcome.unique()))
    truth = outcome.to_numpy(float) if not classes else (outcome == classes[-1]).to_numpy(float)
    fold = folds(truth, max(5, SETS[name]), bool(classes))
    values, seconds, losses, latency = [], [], [], []
    fit = fit_ebm if system.startswith("EBM") else fit_relevo
    for held in range(SETS[name]):
        start = time.process_time()
        scores, row_us = fit(system, rows[fold != held], truth[fold != held], bool(classes))
        seconds.append(time.process_time() - start)
        said = scores(rows[fold == held])
        own = truth[fold == held]
        values.append(auc(own, np.column_stack([-said, said])) if classes else r2(own, said))
        losses.append(loss(truth[fold == held], said, bool(classes)))
        latency.append(row_us(rows[fold == held]))
    return {
        "set": name,
        "system": system,
        "rows": len(table),
        "columns": rows.shape[1],
        "folds": SETS[name],
        "metric": "roc_auc" if classes else "r2",
        "value": fmean(values),
        "loss": fmean(losses),
        "fit_cpu_s": median(seconds),
        "row_us": fmean(one[0] for one in latency),
        "row_p99_us": fmean(one[1] for one in latency),
    }


def fit_relevo(
    system: str, rows: pd.DataFrame, truth: np.ndarray, binary: bool
) -> tuple[Scores, Callable[[pd.DataFrame], tuple[float, float]]]:
    import polars as pl

    from relevo.compute.budget import Budget
    from relevo.data.conform import conform
    from relevo.data.contract import learn_contract
    from relevo.data.table import Table
    from relevo.learn.learner import Target
    from relevo.learn.registry import learner
    from relevo.prepare.preparation import Preparation

    frame = Table.of(rows).data
    labelled = frame.with_columns(pl.Series("__target", truth))
    contract = learn_contract(labelled, "__target")
    tidy = conform(frame, contract)
    preparation = Preparation.fit(tidy, contract)
    target = Target(truth, ("no", "yes") if binary else ())
    chosen = learner(system.split()[1], **({"bends": 8} if system.endswith("linear") else {}))
    predictor = chosen.fit(preparation.table(tidy), target, Budget(3600))

    def matrix(some: pd.DataFrame) -> Any:
        return preparation.table(conform(Table.of(some).data, contract))

    def parts(row: dict[str, Any]) -> object:
        return predictor.contributions_row(preparation.row(row))

    def row_us(some: pd.DataFrame) -> tuple[float, float]:
        return timed(parts, conform(Table.of(some.head(200)).data, contract).to_dicts())

    return lambda some: predictor.scores(matrix(some))[:, 0], row_us


def fit_ebm(
    system: str, rows: pd.DataFrame, truth: np.ndarray, binary: bool
) -> tuple[Scores, Callable[[pd.DataFrame], tuple[float, float]]]:
    from interpret.glassbox import ExplainableBoostingClassifier, ExplainableBoostingRegressor

    kind = ExplainableBoostingClassifier if binary else ExplainableBoostingRegressor
    more = {} if system == "EBM default" else {"outer_bags": 4, "interactions": 0}
    model = kind(random_state=0, n_jobs=1, **more).fit(rows, truth)

    def scores(some: pd.DataFrame) -> np.ndarray:
        return model.decision_function(some) if binary else model.predict(some)

    def row_us(some: pd.DataFrame) -> tuple[float, float]:
        single = [some.iloc[place : place + 1] for place in range(min(50, len(some)))]
        return timed(model.eval_terms, single)

    return scores, row_us


def timed(call: Callable[[Any], object], rows: Any) -> tuple[float, float]:
    """Median and 99th percentile of what the parts of one row's score take, in microseconds."""
    took = []
    for turn in range(ROWS_TIMED if len(rows) > 50 else 10 * len(rows)):
        row = rows[turn % len(rows)]
        start = time.perf_counter()
        call(row)
        took.append(1e6 * (time.perf_counter() - start))
    return float(np.median(took)), float(np.quantile(took, 0.99))


def folds(truth: np.ndarray, count: int, by_class: bool) -> np.ndarray:
    order = np.random.default_rng(0).permutation(len(truth))
    if by_class:
        order = order[np.argsort(truth[order], kind="stable")]
    fold = np.empty(len(truth), dtype=int)
    fold[order] = np.arange(len(truth)) % count
    return fold


def loss(truth: np.ndarray, said: np.ndarray, binary: bool) -> float:
    if binary:
        return float(np.logaddexp(0.0, np.where(truth > 0, -said, said)).mean())
    return float(((truth - said) ** 2).mean())


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(cell(sys.argv[1], sys.argv[2])))
    else:
        main()
