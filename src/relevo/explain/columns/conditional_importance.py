"""`conditional_importance`: what a column adds to those that go with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.explain.columns.ale import bin_of, edges_of
from relevo.explain.columns.association import association
from relevo.explain.columns.importance import MOST_ROWS
from relevo.explain.columns.judged_rows import JudgedRows
from relevo.explain.columns.one_score import places_of
from relevo.explain.columns.shuffle import shuffled_drop
from relevo.model.model import Model
from relevo.prepare.matrix import Matrix

Positions = NDArray[np.intp]

_LEAST = 0.3
_MOST_OTHERS = 2
_BINS = 6


@dataclass(frozen=True)
class ConditionalImportance:
    """What the model owes to one column beyond what others tell of it.

    Attributes
    ----------
    column
        Its name.
    given
        The columns that are held: its values are only exchanged between rows that are alike there.
    importance, interval
        As in `ColumnImportance`.

    """

    column: str
    given: tuple[str, ...]
    importance: float
    interval: tuple[float, float]


def conditional_importance(
    model: Model, judged: pl.DataFrame, repeats: int = 5, seed: int = 0
) -> tuple[ConditionalImportance, ...]:
    """The importance of the columns that go with others, the most important first.

    Each is shuffled among rows of one cell: of the one or two columns that go with it most (by an
    association of 0.3 or more), a sixth of the rows each, or a category. Rows then stay near the
    data, where a shuffle among all makes rows that cannot exist. Columns that go with no other
    are left out: for these it is their importance.

    Parameters
    ----------
    model, judged, repeats, seed
        As in `importance`.

    References
    ----------
    Strobl et al. (2008), Conditional variable importance for random forests, BMC Bioinformatics 9;
    Hooker, Mentch and Zhou (2021), Unrestricted permutation forces extrapolation, Statistics and
    Computing 31.

    """
    rows = JudgedRows.of(model, judged, MOST_ROWS, seed)
    random = np.random.default_rng(seed)
    places = places_of(rows.matrix)
    columns, strengths = association(model, rows.matrix)
    np.fill_diagonal(strengths, 0.0)
    found = []
    for column, strength in zip(columns, strengths, strict=True):
        nearest = np.argsort(-strength, kind="stable")[:_MOST_OTHERS]
        given = tuple(columns[other] for other in nearest if strength[other] >= _LEAST)
        if given:
            cells = _cells(rows.matrix, [places[name] for name in given])
            drop = shuffled_drop(rows, places[column], repeats, random, cells)
            found.append(ConditionalImportance(column, given, drop.mean, drop.interval))
    return tuple(sorted(found, key=lambda one: -one.importance))


def _cells(matrix: Matrix, others: list[Positions]) -> Positions:
    cells = np.zeros(len(matrix), dtype=np.intp)
    for places in others:
        values = matrix.values[:, places[0]]
        if places[0] in matrix.categories:
            part = np.where(np.isfinite(values), values, -1).astype(np.intp) + 1
        elif np.isfinite(values).any():
            part = bin_of(values, edges_of(values, _BINS)) + 1
        else:
            continue
        cells = cells * (int(part.max()) + 1) + part
    return cells
