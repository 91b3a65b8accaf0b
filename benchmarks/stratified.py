"""Is a model per segment worth its while, how fast is it, and can it say "do not stratify"?

`stratified.py speed` or `quality` measures that part only and keeps the other's figures.

Speed: CPU seconds of one thread, medians of both sides in turn on the same rows. Quality: the error
on rows set aside of each kind of pooling and of the automatic choice, over several splits.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import polars as pl
from measure import OURS, RESULTS, ROOT, Row, cost, save
from scipy import sparse
from sklearn.linear_model import LogisticRegression, Ridge
from stratified_admm import alternated
from stratified_large import SEGMENTS, make
from stratified_sets import SETS
from stratified_truths import KINDS, Rows, truth
from threadpoolctl import threadpool_limits

from relevo.train import StratifiedRegressor
from relevo.train.stratified.field import smoothed
from relevo.train.stratified.grams import Cases, Grams
from relevo.train.stratified.graph import Order, product_of
from relevo.train.stratified.losses import Logistic, Loss, Squared
from relevo.train.stratified.pooling import Pooling
from relevo.train.stratified.segments import Segments

TIMES = 3
COUNT, ROWS, FEATURES = 10_000, 100, 10
SPLITS = 3
POOLINGS = ("common", "separate", "pooled", "graph", "auto")
MIXED_GROUPS = 500
BOOSTED = ("diamonds", "Chem97")  # trees in five folds on all flights would take an hour


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("parts", nargs="*", choices=("speed", "quality", []), default=[])
    parts = asked.parse_args().parts or ["speed", "quality"]
    warnings.simplefilter("ignore")
    file = RESULTS / "stratified.json"
    before = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    rows = [Row(**{k: v for k, v in row.items() if k != "ratio"}) for row in before.get("rows", [])]
    figures = before.get("large", {})
    if "speed" in parts:
        with threadpool_limits(1):
            rows = [*loops(), laplacian(), mixed_effects()]
        figures = hundred_thousand()
    found = quality() if "quality" in parts else before.get("quality", [])
    save("stratified", rows, large=figures, quality=found)


def loops() -> list[Row]:
    """A ridge and a logistic regression of each of 10,000 segments, beside scikit-learn's loop."""
    random = np.random.default_rng(0)
    x = random.normal(size=(COUNT * ROWS, FEATURES))
    key = np.repeat(np.arange(COUNT), ROWS)
    apart = 0.5 * random.normal(size=(COUNT, FEATURES))[key]
    score = (x * (1.0 + apart)).sum(axis=1)
    number = score + random.normal(size=len(key))
    label = (random.random(len(key)) < 1.0 / (1.0 + np.exp(-score))).astype(float)
    design = np.concatenate((np.ones((len(key), 1)), x), axis=1)
    found = []
    for name, y, peer, loss in (
        ("ridge", number, Ridge(alpha=1.0), Squared()),
        ("logistic", label, LogisticRegression(), Logistic()),
    ):
        ours: dict[str, list[float]] = {"separate": [], "pooled": []}
        theirs = []
        for _ in range(TIMES):
            for kind, spent in ours.items():
                spent.append(cpu(lambda: fitted(design, y, key, loss, kind)))  # noqa: B023
            theirs.append(cpu(lambda: loop(peer, x, y)))  # noqa: B023
        for kind, spent in ours.items():
            row = Row(
                f"{name}_{kind}",
                "CPU s",
                median(spent),
                median(theirs),
                "scikit-learn, loop",
                TIMES,
            )
            found.append(row)
    return found


def fitted(x: Any, y: Any, key: Any, loss: Loss, kind: str) -> None:
    Pooling(Cases(x, y, Segments.of(key)), loss).answer(kind)


def loop(peer: Any, x: Any, y: Any) -> None:
    for start in range(0, len(y), ROWS):
        peer.fit(x[start : start + ROWS], y[start : start + ROWS])


def laplacian() -> Row:
    """The published objective on diamonds: 280 segments, the same weight, beside its own method."""
    rows = SETS["diamonds"]()
    of_row = rows.table.select(rows.segment).rows()
    names = sorted(set(of_row))
    orders = {place: Order(tuple(rows.graph[name])) for place, name in enumerate(rows.segment)}
    graph = product_of(names, orders).laplacian
    number = {name: place for place, name in enumerate(names)}
    segment = np.array([number[name] for name in of_row])
    numbers = rows.table.drop(rows.segment).to_numpy()
    scaled = (numbers - numbers.mean(axis=0)) / numbers.std(axis=0)
    x = np.concatenate((np.ones((len(segment), 1)), scaled), axis=1)
    grams = Grams.of(Cases(x, rows.y, Segments.of(segment))).among(graph.shape[0])
    ridge, eye = 1e-4, np.eye(x.shape[1])
    ours, theirs, values = [], [], {}
    for _ in range(TIMES):
        start = time.process_time()
        exact = smoothed(
            grams.xx + ridge * eye,
            grams.xy[..., None],
            sparse.csr_matrix(graph),
            eye,
            np.zeros((*grams.xy.shape, 1)),
        )[..., 0]
        ours.append(time.process_time() - start)
        start = time.process_time()
        admm, turns = alternated(grams.xx, grams.xy, graph, ridge)
        theirs.append(time.process_time() - start)
    for name, theta in (("exact", exact), ("admm", admm)):
        fit = np.einsum("kij,ki,kj->", grams.xx, theta, theta) - 2 * (grams.xy * theta).sum()
        rough = (theta * (graph @ theta)).sum() + ridge * (theta**2).sum()
        values[name] = float(fit + grams.yy.sum() + rough)
    print(f"objective: {values['exact']:.4f}, of ADMM {values['admm']:.4f} after {turns} turns")
    if values["exact"] > values["admm"]:
        raise SystemExit("the exact solution has a larger objective than alternating directions")
    return Row(
        "laplacian_diamonds", "CPU s", median(ours), median(theirs), "ADMM as published", TIMES
    )


def mixed_effects() -> Row:
    """Random intercepts and slopes of 500 groups, beside statsmodels."""
    from statsmodels.regression.mixed_linear_model import MixedLM

    random = np.random.default_rng(0)
    key = random.integers(0, MIXED_GROUPS, 20 * MIXED_GROUPS)
    x = np.stack((np.ones(len(key)), random.normal(size=len(key))), axis=1)
    y = (x * (1.0 + random.normal(size=(MIXED_GROUPS, 2))[key])).sum(axis=1)
    y += random.normal(size=len(key))
    ours = [cpu(lambda: fitted(x, y, key, Squared(), "pooled")) for _ in range(TIMES)]
    theirs = cpu(lambda: MixedLM(y, x, groups=key, exog_re=x).fit())
    return Row("mixed_effects", "CPU s", median(ours), theirs, "statsmodels MixedLM", 1)


def hundred_thousand() -> dict[str, Any]:
    """All kinds and the choice on 100,000 segments, from a file, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        make(path)
        script = str(ROOT / "benchmarks" / "stratified_large.py")
        spent = cost(OURS, ["python", script, str(path)], Path(folder))
    told = json.loads(spent.output.strip().splitlines()[-1])
    own: dict[str, Any] = told
    own |= {"segments": SEGMENTS, "cpu_s_whole": spent.cpu_s, "peak_mb": spent.peak_memory_mb}
    return own


def quality() -> list[dict[str, Any]]:
    """Errors of every kind on every set, the mean over splits."""
    makers: dict[str, Callable[[int], Rows]] = {
        **{kind: lambda seed, kind=kind: truth(kind, seed) for kind in KINDS},  # type: ignore[misc]
        **SETS,
    }
    found = []
    for name, maker in makers.items():
        errors: dict[str, list[tuple[float, float]]] = {}
        for seed in range(SPLITS):
            rows = maker(seed)
            for pooling in POOLINGS:
                if pooling != "graph" or rows.graph is not None:
                    errors.setdefault(pooling, []).append(errors_of(rows, pooling=pooling))
            if name in BOOSTED:
                errors.setdefault("boosting", []).append(errors_of(rows, family="boosting"))
            errors.setdefault("lightgbm", []).append(of_lightgbm(rows))
        means = {kind: np.mean(values, axis=0).tolist() for kind, values in errors.items()}
        found.append({"set": name, "rmse_mae": means})
        best = min(means[kind][0] for kind in means if kind in POOLINGS[:4])
        told = "  ".join(f"{kind} {value[0]:.4f}/{value[1]:.4f}" for kind, value in means.items())
        print(f"{name}: {told}; chosen / best {means['auto'][0] / best:.4f}", flush=True)
    return found


def errors_of(rows: Rows, **arguments: Any) -> tuple[float, float]:
    """Root mean squared and mean absolute error."""
    model = StratifiedRegressor(rows.segment, graph=rows.graph, threads=1, **arguments)
    model.fit(rows.table, rows.y)
    return told(rows.judged_y - model.predict(rows.judged))


def of_lightgbm(rows: Rows) -> tuple[float, float]:
    """Trees that take the segment columns as categories."""
    import lightgbm

    codes = {
        name: {value: float(code) for code, value in enumerate(rows.table[name].unique().sort())}
        for name in rows.segment
    }
    train, judged = (
        table.with_columns(
            pl.col(name).replace_strict(of, default=-1.0, return_dtype=pl.Float64)
            for name, of in codes.items()
        ).to_numpy()
        for table in (rows.table, rows.judged)
    )
    places = [rows.table.columns.index(name) for name in rows.segment]
    model = lightgbm.LGBMRegressor(n_estimators=500, learning_rate=0.05, n_jobs=1, verbose=-1)
    model.fit(train, rows.y, categorical_feature=places)
    return told(rows.judged_y - model.predict(judged))


def told(residuals: Any) -> tuple[float, float]:
    return float(np.sqrt(np.mean(residuals**2))), float(np.mean(np.abs(residuals)))


def cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
