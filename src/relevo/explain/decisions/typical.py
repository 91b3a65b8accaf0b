"""What is typical of a column, and how far its numbers spread: from rows, else from a contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from relevo.data.contract import ColumnContract, Contract

# Between the first and the last hundredth of a normal distribution lie so many deviations.
_DEVIATIONS = 4.652


def typical_values(contract: Contract, rows: pl.DataFrame | None) -> dict[str, Any]:
    """A value for each required column; None where nothing can be said.

    Parameters
    ----------
    contract
        Its `usual` values are taken where there are no rows.
    rows
        As `relevo.data.conform` gives them. Of numbers and times the middle one is taken, of the
        others the most frequent: always a value that occurs. Texts have none.

    """
    if rows is None or rows.is_empty():
        return {column.name: column.usual for column in contract.required}
    return {column.name: _typical(column, rows[column.name]) for column in contract.required}


def spreads(contract: Contract, rows: pl.DataFrame | None) -> Mapping[str, float]:
    """The standard deviation of each number, zero where it is constant.

    Without rows it is guessed from the range that holds the central 98 %, see
    `ColumnContract.level`, as if numbers were normal.
    """
    numbers = [column for column in contract.required if column.type == "number"]
    if rows is None or rows.is_empty():
        return {column.name: _spread(column) for column in numbers}
    found = {}
    for column in numbers:
        deviation = rows[column.name].drop_nulls().std()
        found[column.name] = deviation if isinstance(deviation, float) else 0.0
    return found


def _typical(column: ColumnContract, values: pl.Series) -> Any:
    known = values.drop_nulls()
    if known.is_empty() or column.type == "text":
        return None
    if column.type in ("category", "boolean"):
        return known.value_counts().sort(["count", column.name], descending=[True, False])[0, 0]
    return known.sort()[(len(known) - 1) // 2]


def _spread(column: ColumnContract) -> float:
    return (column.level[1] - column.level[0]) / _DEVIATIONS if column.level else 0.0
