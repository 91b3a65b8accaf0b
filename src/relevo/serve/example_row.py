"""`example_row`: a row that keeps a contract."""

from __future__ import annotations

from typing import Any

from relevo.data.contract import ColumnContract, Contract

_EXAMPLES = {
    "boolean": True,
    "category": "A",
    "text": "some words",
    "date": "2026-01-31",
    "datetime": "2026-01-31T14:30:00",
}


def example_row(contract: Contract) -> dict[str, Any]:
    """A row that the endpoint accepts: a usual value for each column that it must have."""
    return {column.name: _value(column) for column in contract.required}


def _value(column: ColumnContract) -> Any:
    if column.type == "number":
        return _number(column)
    return column.categories[0] if column.categories else _EXAMPLES[column.type]


def _number(column: ColumnContract) -> float:
    if column.low is None or column.high is None:
        return 0.0
    low, high = column.level or (column.low, column.high)
    middle = (low + high) / 2
    rounded = float(f"{middle:.3g}")
    return rounded if column.low <= rounded <= column.high else middle
