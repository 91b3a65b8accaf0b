"""One tool on one task of explain_attributions.py; prints what it measured as a line of JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

BACKGROUND, SHOWN, SINGLES = 100, 10, 1_000
KEPT = 1_000
FEW = (1, 10, 100, 500, 1_000, 2_000)


def main() -> None:
    task, tool, folder, threads = sys.argv[1:]
    files = np.load(Path(folder) / "rows.npz")
    text = (Path(folder) / "booster.txt").read_text()
    if task in ("box", "long"):
        found = black_box(tool, files, task == "long")
    else:
        found = trees(task, tool, text, files["x"], int(threads))
    print(json.dumps(found))


def trees(task: str, tool: str, text: str, x: Any, threads: int) -> dict[str, Any]:
    explain, one_row, extra = explainer(tool, text, x.shape[1], threads)
    if task == "trees":
        values, wall, cpu = timed(lambda: explain(x))
        return {"values": values[:KEPT].tolist(), "wall_s": wall, "cpu_s": cpu}
    if task == "few":
        explain(x[:5])  # what only the first call does is not the question here
        return {f"cpu_s_{count}": quickest(explain, x[:count]) for count in FEW}
    _, first, _ = timed(lambda: one_row(x[0]))
    waits = []
    start = time.process_time()
    for row in x[:SINGLES]:
        begun = time.perf_counter()
        one_row(row)
        waits.append(1e6 * (time.perf_counter() - begun))
    cpu = 1e6 * (time.process_time() - start) / SINGLES
    values = [one_row(row).tolist() for row in x[:200]]
    p50, p99 = np.percentile(waits, [50, 99])
    told = {"p50_us": p50, "p99_us": p99, "cpu_us": cpu, "first_row_s": first, "values": values}
    return {**told, **extra()}


def explainer(
    tool: str, text: str, n_columns: int, threads: int
) -> tuple[Callable[[Any], Any], Callable[[Any], Any], Callable[[], dict[str, float]]]:
    """How many rows, how one row, and what else there is to say."""
    if tool == "relevo":
        from relevo.learn.boosting_predictor import BoostingPredictor
        from relevo.prepare.matrix import Matrix

        names = tuple(f"x{place}" for place in range(n_columns))
        predictor = BoostingPredictor(text, names, (), {})
        predictor.threads = threads

        def tables() -> dict[str, float]:
            shares = predictor._shares
            return {"tables_mb": shares.tables_mb if shares else 0.0}

        return (
            lambda rows: predictor.contributions(Matrix(rows, names, names, {}))[:, 0],
            lambda row: predictor.contributions_row(row)[0],
            tables,
        )
    import lightgbm

    booster = lightgbm.Booster(model_str=text)
    if tool == "lightgbm":

        def contributions(rows: Any) -> Any:
            return booster.predict(rows, pred_contrib=True, num_threads=threads)

        return contributions, lambda row: contributions(row[np.newaxis])[0], dict
    import shap

    booster.params["num_threads"] = threads
    tree = shap.TreeExplainer(booster)

    def values(rows: Any) -> Any:
        found = tree.shap_values(rows)
        return np.column_stack((found, np.full(len(found), tree.expected_value)))

    return values, lambda row: values(row[np.newaxis])[0], dict


def black_box(tool: str, files: Any, long: bool) -> dict[str, Any]:
    predict, x = network(files), files["x"]
    background, rows = x[:BACKGROUND], x[BACKGROUND : BACKGROUND + SHOWN]
    if tool == "relevo":
        from relevo.explain import sampled

        if long:
            sampled._ROUNDS = 150
            found = sampled.sampled_attributions(predict, rows, background, seconds=1e9, seed=99)
            return {"values": found.values.tolist(), "errors": found.errors.tolist()}
        sampled.sampled_attributions(predict, rows[:1], background)
        found, wall, cpu = timed(lambda: sampled.sampled_attributions(predict, rows, background))
        told = {"values": found.values.tolist(), "errors": found.errors.tolist()}
        return {**told, "wall_s": wall / SHOWN, "cpu_s": cpu / SHOWN}
    import shap

    if tool == "kernel":
        kernel = shap.KernelExplainer(predict, background)
        values, wall, cpu = timed(lambda: kernel.shap_values(rows, silent=True))
    else:
        explain = shap.PermutationExplainer(predict, background)
        explain(rows[:1])
        values, wall, cpu = timed(lambda: explain(rows).values)
    return {"values": values.tolist(), "wall_s": wall / SHOWN, "cpu_s": cpu / SHOWN}


def network(files: Any) -> Callable[[Any], Any]:
    count = sum(name.startswith("weight_") for name in files)
    layers = [(files[f"weight_{place}"], files[f"bias_{place}"]) for place in range(count)]

    def predict(rows: Any) -> Any:
        for place, (weight, bias) in enumerate(layers):
            rows = rows @ weight + bias
            if place + 1 < count:
                rows = np.maximum(rows, 0.0)
        return rows[:, 0]

    return predict


def quickest(explain: Callable[[Any], Any], rows: Any) -> float:
    return min(timed(lambda: explain(rows))[2] for _ in range(3))


def timed(ask: Callable[[], Any]) -> tuple[Any, float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    told = ask()
    return told, time.perf_counter() - wall, time.process_time() - cpu


if __name__ == "__main__":
    main()
