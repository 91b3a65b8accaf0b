"""Permutation importance: how much worse the model gets when a column is shuffled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from relevo.explain.attributions import attributions
from relevo.explain.columns.judged_rows import JudgedRows
from relevo.explain.columns.one_score import places_of
from relevo.explain.columns.shuffle import shuffled_drop
from relevo.model.model import Model
from relevo.prepare.matrix import Matrix

MOST_ROWS = 4_000
_MOST_ROWS_ATTRIBUTED = 500


@dataclass(frozen=True)
class ColumnImportance:
    """What the model owes to one column.

    Attributes
    ----------
    column
        Its name.
    importance
        How much the metric worsens when the column's values are shuffled among the judged rows.
    interval
        Low and high end, 95 %, over other rows (blocks of rows) and over other shuffles.
    attribution
        The mean absolute contribution to the score (see `Attributions`).

    """

    column: str
    importance: float
    interval: tuple[float, float]
    attribution: float


def importance(
    model: Model,
    judged: pl.DataFrame,
    repeats: int = 5,
    seed: int = 0,
    most_rows: int = MOST_ROWS,
) -> tuple[ColumnImportance, ...]:
    """The importance of each column on rows that nobody trained on, the most important first.

    Each column is shuffled whole, so the parts of a date or the words of a text move together. A
    column that others stand in for seems to matter little: see `group_importance` and
    `conditional_importance`.

    Parameters
    ----------
    model
        The model that is explained.
    judged
        Rows; those whose target is known count.
    repeats
        Shuffles per column.
    seed
        Of the sample and the shuffles.
    most_rows
        Of more rows a sample is taken.

    Raises
    ------
    DataMistake
        When no target is known, or the metric compares classes and the rows have only one.

    References
    ----------
    Breiman (2001), Random Forests, Machine Learning 45; Fisher, Rudin and Dominici (2019), All
    models are wrong, but many are useful, JMLR 20.

    """
    rows = JudgedRows.of(model, judged, most_rows, seed)
    random = np.random.default_rng(seed)
    shares = _mean_attributions(model, rows.matrix, random)
    found = []
    for column, places in places_of(rows.matrix).items():
        drop = shuffled_drop(rows, places, repeats, random)
        found.append(ColumnImportance(column, drop.mean, drop.interval, shares[column]))
    return tuple(sorted(found, key=lambda one: -one.importance))


def _mean_attributions(
    model: Model, matrix: Matrix, random: np.random.Generator
) -> dict[str, float]:
    if len(matrix) > _MOST_ROWS_ATTRIBUTED:
        matrix = matrix.take(random.choice(len(matrix), _MOST_ROWS_ATTRIBUTED, replace=False))
    parts = attributions(model, matrix)
    means = np.abs(parts.values).mean(axis=0)
    return dict(zip(parts.columns, means.tolist(), strict=True))
