"""A model of 1,000,000 rows of 20 columns in 60 seconds: what memory and time it takes.

The peer is LightGBM with its defaults on a pandas frame, on the same rows; both in one run.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from measure import OURS, Row, cost, save

SCRIPT = str(Path(__file__))
ROWS, NUMBERS, CATEGORIES = 1_000_000, 16, 4
BUDGET = "60s"


def main() -> None:
    ours, peer = (cost(OURS, ["python", SCRIPT, side]) for side in ("relevo", "lightgbm"))
    (ours_s, ours_loss), (peer_s, peer_loss) = (
        map(float, one.output.split()[-2:]) for one in (ours, peer)
    )
    name = "LightGBM, defaults"
    save(
        "million",
        [
            Row("fit_1m_s", "s", ours_s, peer_s, name, 1),
            Row("fit_1m_log_loss", "", ours_loss, peer_loss, name, 1),
            Row("fit_1m_mb", "MB", ours.peak_memory_mb, peer.peak_memory_mb, name, 1),
        ],
    )


def table() -> tuple[object, np.ndarray]:
    """Numbers, one in twenty missing, categories, and a class that depends on some of them."""
    import pandas as pd

    random = np.random.default_rng(0)
    numbers = random.normal(size=(ROWS, NUMBERS))
    codes = random.integers(0, 40, size=(ROWS, CATEGORIES))
    score = numbers[:, 0] * numbers[:, 1] + np.sin(2 * numbers[:, 2]) + 0.1 * (codes[:, 0] % 7)
    y = (score + random.logistic(size=ROWS) > 0.3).astype(int)
    numbers[random.random(numbers.shape) < 0.05] = np.nan
    frame = pd.DataFrame(numbers, columns=[f"x{place}" for place in range(NUMBERS)])
    for place in range(CATEGORIES):
        frame[f"c{place}"] = pd.Categorical.from_codes(
            codes[:, place], [f"level {code}" for code in range(40)]
        )
    return frame, y


def fit(side: str) -> None:
    import time

    frame, y = table()
    held = np.arange(ROWS) % 10 == 0
    start = time.perf_counter()
    if side == "relevo":
        from relevo.learn import TabularClassifier

        model = TabularClassifier(budget=BUDGET)
    else:
        from lightgbm import LGBMClassifier

        model = LGBMClassifier(verbosity=-1)
    model.fit(frame[~held], y[~held])
    seconds = time.perf_counter() - start
    chances = np.asarray(model.predict_proba(frame[held]))[np.arange(held.sum()), y[held]]
    print(seconds, -np.log(np.maximum(chances, 1e-15)).mean())


if __name__ == "__main__":
    fit(sys.argv[1]) if len(sys.argv) > 1 else main()
