"""`group_importance`: columns that stand in for each other, shuffled together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.explain.columns.association import association
from relevo.explain.columns.importance import MOST_ROWS
from relevo.explain.columns.judged_rows import JudgedRows
from relevo.explain.columns.one_score import places_of
from relevo.explain.columns.shuffle import shuffled_drop
from relevo.model.model import Model

LEAST_ASSOCIATION = 0.5
"""From here on columns are one group: with rank correlations of a half a column's shuffled values
are already off the data in most rows, and a model can find much of it elsewhere."""


@dataclass(frozen=True)
class GroupImportance:
    """What the model owes to some columns together.

    Attributes
    ----------
    columns
        Their names, in the order of the contract.
    importance, interval
        As in `ColumnImportance`, all columns taken from another row together.
    association
        How strongly they go together on average, from 0 to 1, see `association`. Groups are
        nested: one with less association may hold others.

    """

    columns: tuple[str, ...]
    importance: float
    interval: tuple[float, float]
    association: float


def group_importance(
    model: Model,
    judged: pl.DataFrame,
    repeats: int = 5,
    seed: int = 0,
    least: float = LEAST_ASSOCIATION,
) -> tuple[GroupImportance, ...]:
    """The importance of groups of associated columns, the most important first.

    Columns are clustered by average linkage; every cluster whose association is at least `least`
    is a group. A column whose importance is low alone may be carried by its group.

    Parameters
    ----------
    model, judged, repeats, seed
        As in `importance`.
    least
        The least association within a group, from 0 to 1.

    Returns
    -------
    tuple of GroupImportance
        Empty when no columns go together.

    References
    ----------
    Sokal and Michener (1958), average linkage; Gregorutti, Michel and Saint-Pierre (2015), Grouped
    variable importance with random forests, Computational Statistics and Data Analysis 90.

    """
    rows = JudgedRows.of(model, judged, MOST_ROWS, seed)
    random = np.random.default_rng(seed)
    places = places_of(rows.matrix)
    found = []
    for columns, strength in groups_of_columns(*association(model, rows.matrix), least):
        together = np.concatenate([places[column] for column in columns])
        drop = shuffled_drop(rows, together, repeats, random)
        found.append(GroupImportance(columns, drop.mean, drop.interval, strength))
    return tuple(sorted(found, key=lambda one: -one.importance))


def groups_of_columns(
    columns: tuple[str, ...], strengths: NDArray[np.float64], least: float
) -> list[tuple[tuple[str, ...], float]]:
    """Every cluster of two or more columns down to the association `least`, with its own.

    Examples
    --------
    >>> groups_of_columns(("a", "b", "c"), np.array([[1, .9, .1], [.9, 1, .2], [.1, .2, 1]]), 0.5)
    [(('a', 'b'), 0.9)]

    """
    if len(columns) < 2:
        return []
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import squareform

    held: list[tuple[int, ...]] = [(place,) for place in range(len(columns))]
    found = []
    for one, other, distance, _ in linkage(squareform(1 - strengths, checks=False), "average"):
        held.append(tuple(sorted((*held[int(one)], *held[int(other)]))))
        if 1 - distance >= least:
            names = tuple(columns[place] for place in held[-1])
            found.append((names, round(float(1 - distance), 12)))
    return found
