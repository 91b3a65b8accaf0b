"""Do attributions stay when a row changes by next to nothing?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from relevo.explain.trust.explained_rows import ExplainedRows

Floats = NDArray[np.float64]

STEP = 0.01
"""How far numbers are moved, in their spreads."""


def top_overlap(one: Floats, other: Floats, top: int) -> Floats:
    """The share of each row's `top` largest attributions that both have, `(n_rows,)`.

    Examples
    --------
    >>> top_overlap(np.array([[3.0, -2, 0]]), np.array([[2.0, 0, 1]]), 2)
    array([0.5])

    """
    held = []
    for values in (one, other):
        order = np.argsort(np.argsort(-np.abs(values), axis=1, kind="stable"), axis=1)
        held.append(order < top)
    return np.asarray((held[0] & held[1]).sum(axis=1) / top, dtype=np.float64)


def how_many(columns: int) -> int:
    """How many of the strongest columns are compared: four, of few columns half of them."""
    return min(4, max(1, columns // 2))


def stirred(
    rows: ExplainedRows, draws: int, random: np.random.Generator
) -> tuple[Floats, Floats] | None:
    """How attributions change with rows whose numbers move by a hundredth of their spread.

    Relative input stability (Agarwal et al., 2022, Rethinking stability for attribution-based
    explanations): the largest, over the draws, of the relative change of the attributions over the
    change of the row; here the latter is in spreads, as relative changes of numbers near zero mean
    nothing.

    Returns
    -------
    ndarray, ndarray
        For each row the relative change over that of the row, and the share of its strongest
        columns that stay; None when no column is a number.

    """
    if not len(rows.numbers):
        return None
    size = np.abs(rows.parts.values).sum(axis=1)
    size = np.where(size > 0, size, 1.0)
    worst, overlap = np.zeros(len(rows)), np.zeros(len(rows))
    top = how_many(len(rows.parts.columns))
    for _ in range(draws):
        noise = random.normal(size=(len(rows), len(rows.numbers))) * STEP
        values = rows.matrix.values.copy()
        values[:, rows.numbers] += noise * rows.spreads
        after = rows.explainer(rows.model, rows.matrix.with_values(values)).values
        change = np.abs(after - rows.parts.values).sum(axis=1) / size
        distance = np.sqrt((noise**2).mean(axis=1))
        worst = np.maximum(worst, change / np.maximum(distance, STEP / 10))
        overlap += top_overlap(rows.parts.values, after, top) / draws
    return worst, overlap
