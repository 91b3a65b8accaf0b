"""`leakage`: columns that alone predict the target, on rows that were not used to learn how."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import rankdata

from relevo.problem.problem import Task

SUSPECT = 0.97
"""From this strength on a column is suspected: for two classes, a ROC AUC of 0.985."""
COPY = 0.99
"""From this share of equal values on, a suspected column is called a copy of the target."""

_ROWS = 50_000
_BINS, _ROWS_PER_BIN = 64, 20
_CLASSES = 10
_JUDGED_AT_LEAST = 10
# A value that is seen once says little: it is drawn to the mean as if that had two rows.
_PRIOR_ROWS = 2.0

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True)
class Suspicion:
    """A column that predicts the target too well to be known before it.

    Attributes
    ----------
    column
        Its name.
    strength
        From 0 (nothing) to 1 (all), on `rows_judged`. Classification: `2 AUC - 1`, one class
        against the rest, averaged with the classes' shares. Regression: R2 of the target's ranks.
    how
        `copy` when it holds the target's own values, else `predicts`.
    rows_judged
        Rows that the strength was measured on; none of them was learnt from.

    """

    column: str
    strength: float
    how: Literal["copy", "predicts"]
    rows_judged: int


def leakage(
    frame: pl.DataFrame, target: str, task: Task, columns: Iterable[str], seed: int = 0
) -> tuple[Suspicion, ...]:
    """The suspected columns, the strongest first.

    Half of the rows (at most 25,000) give the target's mean in each of 64 bins of a number, for
    each value of anything else, and for missing; the other half is judged. An identifier has no
    value in both halves, so it is not suspected by chance. Times and numbers that grow with the
    target (rows sorted by it) are suspected rightly.

    Parameters
    ----------
    frame
        Shape `(n_rows, n_columns)`.
    target, task
        The column to be predicted, and whether it holds classes or numbers.
    columns
        The columns to be looked at.
    seed
        Chooses and halves the rows.

    """
    known = frame.filter(pl.col(target).is_not_null())
    if known.schema[target].is_float():
        known = known.filter(pl.col(target).is_finite())
    rows = known.sample(min(known.height, _ROWS), shuffle=True, seed=seed)
    half = rows.height // 2
    if rows.is_empty():
        return ()
    outcomes, weights = _outcomes(rows[target], task, half)
    if not len(weights):
        return ()
    found = []
    for name in columns:
        codes = _codes(rows[name], half)
        strength = 0.0 if codes is None else _strength(codes, outcomes, weights, task, half)
        if strength >= SUSPECT:
            how: Literal["copy", "predicts"] = "predicts"
            if _equal_share(rows[name], rows[target]) >= COPY:
                how = "copy"
            found.append(Suspicion(name, strength, how, rows.height - half))
    return tuple(sorted(found, key=lambda suspicion: -suspicion.strength))


def _outcomes(target: pl.Series, task: Task, half: int) -> tuple[Floats, Floats]:
    """One row per outcome to be predicted, shape `(n_outcomes, n_rows)`, and their weights."""
    if task == "regression":
        enough = target.dtype.is_numeric() and len(target) - half >= 2 * _JUDGED_AT_LEAST
        ranks = rankdata(target.cast(pl.Float64).to_numpy()) if enough else np.empty(0)
        return ranks.reshape(1, -1), np.ones(1 if enough else 0)
    counts = target.alias("value").value_counts(name="rows").top_k(_CLASSES, by=["rows", "value"])
    classes = counts["value"][:1] if len(counts) == 2 else counts["value"]
    outcomes = np.array([(target == value).to_numpy() for value in classes], dtype=float)
    judged = outcomes[:, half:].sum(axis=1)
    fewest = np.minimum(judged, len(target) - half - judged)
    kept = fewest >= _JUDGED_AT_LEAST
    return outcomes[kept], judged[kept]


def _codes(column: pl.Series, half: int) -> Codes | None:
    """The bin or the value of each row as a whole number; 0 stands for missing."""
    if column.dtype.is_nested() or column.dtype in (pl.Binary, pl.Object):
        return None
    if column.dtype.is_temporal() or column.dtype.is_numeric():
        return _bins(column.to_physical().cast(pl.Float64).to_numpy(), half)
    ranks = column.cast(pl.String).rank("dense")
    return ranks.fill_null(0).to_numpy().astype(np.intp)


def _bins(values: Floats, half: int) -> Codes:
    learnt = values[:half][np.isfinite(values[:half])]
    count = int(np.clip(half // _ROWS_PER_BIN, 2, _BINS))
    shares = np.linspace(0, 1, count + 1)[1:-1]
    # An edge is a value that occurs, not one between two: a column of 0 and 1 keeps both apart.
    edges = np.unique(np.quantile(learnt, shares, method="lower")) if len(learnt) else learnt
    codes = np.searchsorted(edges, values, side="left") + 1
    return np.where(np.isnan(values), 0, codes)


def _strength(codes: Codes, outcomes: Floats, weights: Floats, task: Task, half: int) -> float:
    measure = _r2 if task == "regression" else _gini
    learn, judge = codes[:half], codes[half:]
    size = int(codes.max()) + 1
    rows = np.bincount(learn, minlength=size)
    strengths = []
    for outcome in outcomes:
        mean = outcome[:half].mean()
        sums = np.bincount(learn, weights=outcome[:half], minlength=size)
        means = (sums + _PRIOR_ROWS * mean) / (rows + _PRIOR_ROWS)
        strengths.append(measure(means[judge], outcome[half:]))
    return float(np.average(strengths, weights=weights))


def _gini(predicted: Floats, outcome: Floats) -> float:
    """`2 AUC - 1` from ranks (Mann & Whitney 1947); ties count half."""
    positive = outcome > 0
    ones = positive.sum()
    zeros = len(outcome) - ones
    area = (rankdata(predicted)[positive].sum() - ones * (ones + 1) / 2) / (ones * zeros)
    return float(2 * area - 1)


def _r2(predicted: Floats, outcome: Floats) -> float:
    spread = ((outcome - outcome.mean()) ** 2).sum()
    return float(1 - ((outcome - predicted) ** 2).sum() / spread) if spread > 0 else 0.0


def _equal_share(column: pl.Series, target: pl.Series) -> float:
    numeric = all(s.dtype.is_numeric() or s.dtype == pl.Boolean for s in (column, target))
    as_type = pl.Float64 if numeric else pl.String
    equal = column.cast(as_type) == target.cast(as_type)
    return float(equal.fill_null(False).sum()) / max(1, len(equal))
