"""100,000 segments of 2.9 million rows, from a Parquet file: every kind of pooling, and the choice.

Run by stratified.py in a process of its own, so that its time and memory can be told.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl

SEGMENTS, SIDE, FEATURES = 100_000, (250, 400), 10
ROWS = 2_860_000


def make(path: Path, seed: int = 0) -> None:
    """Write the rows: few in most segments, thousands in some."""
    random = np.random.default_rng(seed)
    sizes = random.pareto(1.1, SEGMENTS) + 0.05
    sizes = np.maximum(1, sizes / sizes.sum() * ROWS).astype(int)
    segment = np.repeat(np.arange(SEGMENTS), sizes)
    row, column = np.divmod(segment, SIDE[1])
    x = random.normal(size=(len(segment), FEATURES))
    field = np.sin(row / 40.0) + np.cos(column / 60.0)
    level = field + 0.3 * random.normal(size=SEGMENTS)[segment]
    y = level + x[:, 0] * field + x[:, 1:].sum(axis=1) + random.normal(size=len(segment))
    columns = {f"x{place}": x[:, place] for place in range(FEATURES)}
    pl.DataFrame({**columns, "y": y, "segment": segment}).write_parquet(path)


def main(path: Path) -> None:
    import_seconds = time.process_time()
    from relevo.train.stratified.choice import choose
    from relevo.train.stratified.field import smoothed
    from relevo.train.stratified.grams import Cases, Grams
    from relevo.train.stratified.graph import grid
    from relevo.train.stratified.losses import Squared
    from relevo.train.stratified.pooling import KINDS, Pooling
    from relevo.train.stratified.segments import Segments

    spent = {"import": time.process_time() - import_seconds}

    def done(name: str, since: float) -> float:
        spent[name] = time.process_time() - since
        return time.process_time()

    start = time.process_time()
    frame = pl.read_parquet(path)
    x = np.ones((frame.height, FEATURES + 1))
    for place in range(FEATURES):
        x[:, place + 1] = frame[f"x{place}"].to_numpy()
    y, keys = frame["y"].to_numpy(), frame["segment"].to_numpy()
    del frame
    start = done("read", start)
    cases = Cases(x, y, Segments.of(keys))
    laplacian = grid(*SIDE).laplacian
    start = done("segments", start)
    ready = Pooling(cases, Squared(), laplacian)
    for kind in KINDS:
        ready.answer(kind)
        start = done(kind, start)
    choice = choose(cases, Squared(), KINDS, laplacian, whole=ready)
    start = done("choice", start)
    grams = Grams.of(cases)
    start = time.process_time()
    nothing = np.zeros((len(grams), FEATURES + 1, 1))
    smoothed(grams.xx, grams.xy[..., None], laplacian, 5.0 * np.eye(FEATURES + 1), nothing)
    done("laplacian", start)
    print(json.dumps({"cpu_s": spent, "rows": len(y), "weights": choice.weights.tolist()}))


if __name__ == "__main__":
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        main(Path(sys.argv[1]))
