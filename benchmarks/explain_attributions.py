"""What attributions cost: relevo beside LightGBM's `pred_contrib` and the explainers of shap.

    python benchmarks/explain_attributions.py [RUNS]

Trees: 300 of 31 leaves, 10,000 rows of 20 numbers, two threads; then single rows, one thread. Black
box: a network of 20 inputs as a plain function of numpy, a background of 100 rows, ten rows. Every
tool in a process of its own, by turns. Seconds of the processor are what a busy machine changes
least. The peer's environment, `.venv-explain-shap`, is made from benchmarks/explain_peers/shap.txt.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

import lightgbm
import numpy as np
from explain_attributions_run import FEW
from measure import OURS, QUIET, ROOT, Row, save
from numpy.typing import NDArray
from sklearn.neural_network import MLPRegressor

Floats = NDArray[np.float64]
PEER = ROOT / ".venv-explain-shap" / "bin" / "python"
TREES = ("relevo", "lightgbm", "shap")
BLACK_BOX = ("relevo", "kernel", "permutation")
ROWS, COLUMNS = 10_000, 20


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        many = alternately("trees", TREES, folder, runs, threads=2)
        single = alternately("row", TREES, folder, runs, threads=1)
        few = alternately("few", TREES[:2], folder, runs, threads=2)
        box = alternately("box", BLACK_BOX, folder, runs, threads=1)
        long = one("long", "relevo", folder, threads=1)
    expected = np.array(many["lightgbm"][0]["values"])  # of the first 1,000 rows
    scale = float(np.abs(expected).max())
    rows = [
        row(f"trees, {ROWS:,} rows, {what}", "s", many, f"{what}_s", peer, runs)
        for peer in TREES[1:]
        for what in ("wall", "cpu")
    ]
    rows += [
        row(f"trees, one row, {what}", "microseconds", single, f"{what}_us", peer, runs)
        for peer in TREES[1:]
        for what in ("p50", "p99", "cpu")
    ]
    rows += [
        row(f"trees, {count} rows, cpu", "s", few, f"cpu_s_{count}", "lightgbm", runs)
        for count in FEW
    ]
    for peer in BLACK_BOX[1:]:
        rows.append(row("black box, one row, wall", "s", box, "wall_s", peer, runs))
        rows.append(row("black box, one row, cpu", "s", box, "cpu_s", peer, runs))
        ours, theirs = (median(missed(one, long) for one in box[name]) for name in ("relevo", peer))
        rows.append(Row("black box, mean difference", "share", ours, theirs, peer, runs))
    own = box["relevo"][0]
    save(
        "explain_attributions",
        rows,
        difference_from_lightgbm={
            "batch": max(gap(one, expected) for one in many["relevo"]) / scale,
            "one row": max(gap(one, expected[:200]) for one in single["relevo"]) / scale,
        },
        tables={name: single["relevo"][0][name] for name in ("first_row_s", "tables_mb")},
        black_box={
            "long run's own error": share(long["errors"], long["values"]),
            "stated error": share(own["errors"], long["values"]),
            "covered by 1.96 errors": covered(own, long),
        },
    )


def prepare(folder: Path) -> None:
    """Rows, a booster and a network that all tools explain."""
    random = np.random.default_rng(0)
    x = random.normal(size=(ROWS, COLUMNS))
    y = 2 * x[:, 0] + np.sin(2 * x[:, 1]) + x[:, 2] * x[:, 3] + x[:, 4:12].sum(axis=1) / 2
    y += x[:, 12] * x[:, 13] * x[:, 14] + random.normal(scale=0.5, size=ROWS)
    settings = {"num_leaves": 31, "learning_rate": 0.05, "verbose": -1, "num_threads": 2}
    lightgbm.train(settings, lightgbm.Dataset(x, y), 300).save_model(folder / "booster.txt")
    network = MLPRegressor(
        hidden_layer_sizes=(64, 64), early_stopping=True, n_iter_no_change=3, random_state=0
    ).fit(x, y)
    layers = {f"weight_{place}": one for place, one in enumerate(network.coefs_)}
    layers |= {f"bias_{place}": one for place, one in enumerate(network.intercepts_)}
    np.savez(folder / "rows.npz", x=x, **layers)


def alternately(
    task: str, tools: tuple[str, ...], folder: str, runs: int, threads: int
) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {tool: [] for tool in tools}
    for _ in range(runs):
        for tool in tools:
            found[tool].append(one(task, tool, folder, threads))
    return found


def one(task: str, tool: str, folder: str, threads: int) -> dict[str, Any]:
    python = OURS if tool in ("relevo", "lightgbm") else PEER
    script = Path(__file__).with_name("explain_attributions_run.py")
    done = subprocess.run(
        [str(python), str(script), task, tool, folder, str(threads)],
        env={**os.environ, **QUIET, "OMP_NUM_THREADS": str(threads)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{task} {tool} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def row(
    key: str, unit: str, found: dict[str, list[dict[str, Any]]], name: str, peer: str, runs: int
) -> Row:
    ours, theirs = (median(one[name] for one in found[tool]) for tool in ("relevo", peer))
    return Row(key, unit, ours, theirs, peer, runs)


def gap(found: dict[str, Any], expected: Floats) -> float:
    return float(np.abs(np.array(found["values"]) - expected).max())


def missed(found: dict[str, Any], long: dict[str, Any]) -> float:
    return share(np.array(found["values"]) - np.array(long["values"]), long["values"])


def share(part: Any, whole: Any) -> float:
    return float(np.abs(part).mean() / np.abs(whole).mean())


def covered(found: dict[str, Any], long: dict[str, Any]) -> float:
    values, errors, true = (
        np.array(one) for one in (found["values"], found["errors"], long["values"])
    )
    return float((np.abs(values - true) <= 1.96 * errors).mean())


if __name__ == "__main__":
    main()
