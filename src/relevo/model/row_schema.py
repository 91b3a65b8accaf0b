"""The JSON Schema of one row, as the contract has it: what `/openapi.json` shows."""

from __future__ import annotations

from typing import Any

from relevo.data.contract import ColumnContract, Contract

_TYPES: dict[str, dict[str, Any]] = {
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "category": {"type": "string"},
    "text": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
}


def row_schema(contract: Contract) -> dict[str, Any]:
    """JSON Schema (2020-12) of a row that keeps the contract."""
    return {
        "type": "object",
        "properties": {column.name: _column(column, contract) for column in contract.columns},
        "required": [column.name for column in contract.required if column.missing == 0],
        "additionalProperties": contract.extra == "warn",
    }


def _column(column: ColumnContract, contract: Contract) -> dict[str, Any]:
    schema = dict(_TYPES[column.type])
    if column.required and contract.out_of_range == "refuse" and column.low is not None:
        schema |= {"minimum": column.low, "maximum": column.high}
    if column.required and contract.unseen == "refuse" and column.categories:
        schema["enum"] = list(column.categories)
    elif column.categories:
        schema["examples"] = list(column.categories[:5])
    if column.missing > 0:
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema:
            schema["enum"].append(None)
    return schema
