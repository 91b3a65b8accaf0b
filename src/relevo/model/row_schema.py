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
_ONE_VALUE = ("string", "number", "boolean")


def row_schema(contract: Contract) -> dict[str, Any]:
    """JSON Schema (2020-12) of a row that is answered: what the contract refuses is forbidden."""
    return {
        "type": "object",
        "properties": {column.name: _column(column, contract) for column in contract.columns},
        "required": [
            column.name for column in contract.required if not _may_be_missing(column, contract)
        ],
        "additionalProperties": contract.extra != "refuse" and {"type": [*_ONE_VALUE, "null"]},
    }


def _column(column: ColumnContract, contract: Contract) -> dict[str, Any]:
    schema = dict(_TYPES[column.type])
    refuses_range = contract.reaction(column, "out_of_range") == "refuse"
    refuses_unseen = contract.reaction(column, "unseen") == "refuse"
    if column.required and refuses_range and column.low is not None:
        schema |= {"minimum": column.low, "maximum": column.high}
    if column.required and refuses_unseen and column.categories:
        schema["enum"] = list(column.categories)
    elif column.categories:
        schema["examples"] = list(column.categories[:5])
    types = [schema["type"]]
    if column.required and contract.reaction(column, "mistyped") != "refuse":
        types = [*_ONE_VALUE]
        schema.pop("format", None)
    if _may_be_missing(column, contract):
        types.append("null")
        if "enum" in schema:
            schema["enum"].append(None)
    schema["type"] = types if len(types) > 1 else types[0]
    return schema


def _may_be_missing(column: ColumnContract, contract: Contract) -> bool:
    accepted = column.required and contract.reaction(column, "missing") != "refuse"
    return column.missing > 0 or accepted
