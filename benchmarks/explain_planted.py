"""Refusals whose true cause is known: how often each way of explaining names it first.

Eight columns, in pairs that are correlated by 0.6. The log-odds of a refusal are a known sum of one
function of each column (slopes, a bend, two steps, two categories), so what each column adds beyond
its mean is known for each row. A row counts when it is refused by the model and one column's true
part is the largest by a lead of at least 0.5, or 1, in log-odds: that column is the cause. What is
missed is the explanation's fault and the model's, which has learnt from 10,000 rows.
"""

from __future__ import annotations

import numpy as np
import polars as pl

TARGET, LEADS = "refused", (0.5, 1.0)


def planted(count: int, seed: int) -> tuple[pl.DataFrame, np.ndarray]:
    """Rows, and what each column truly adds to their log-odds, `(n_rows, 8)`."""
    random = np.random.default_rng(seed)
    common = random.normal(size=(count, 4))
    numbers = 0.775 * common[:, [0, 0, 1, 1, 2, 2]] + 0.632 * random.normal(size=(count, 6))
    kinds = random.choice(["own", "rent", "free"], count, p=[0.6, 0.3, 0.1])
    work = np.where(common[:, 3] + random.normal(size=count) > 1.5, "none", "some")
    parts = np.column_stack(
        [
            1.2 * numbers[:, 0],
            -1.0 * numbers[:, 1],
            1.1 * np.maximum(numbers[:, 2], 0) * 1.5,
            0.9 * numbers[:, 3],
            1.8 * (numbers[:, 4] > 1.0),
            -1.5 * (numbers[:, 5] > 0.5),
            np.select([kinds == "free", kinds == "rent"], [1.8, 0.6], 0.0),
            1.6 * (work == "none"),
        ]
    )
    parts -= parts.mean(axis=0)
    odds = -1.5 + parts.sum(axis=1)
    refused = random.random(count) < 1 / (1 + np.exp(-odds))
    frame = pl.DataFrame(
        {
            **{f"n{place}": numbers[:, place].round(4) for place in range(6)},
            "housing": kinds,
            "work": work,
            TARGET: np.where(refused, "bad", "good"),
        }
    )
    return frame, parts


def causes(parts: np.ndarray, columns: list[str], lead: float) -> list[str | None]:
    """The column that truly adds most to each row, None where it is no clear case."""
    order = np.sort(parts, axis=1)
    clear = order[:, -1] - order[:, -2] >= lead
    largest = parts.argmax(axis=1)
    return [columns[at] if is_clear else None for at, is_clear in zip(largest, clear, strict=True)]
