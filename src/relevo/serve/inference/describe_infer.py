"""`describe_infer`: inference as OpenAPI has it, with the model's own columns."""

from __future__ import annotations

from typing import Any

from relevo.data.contract import ColumnContract
from relevo.model.model import Model
from relevo.model.row_schema import row_schema
from relevo.serve.example_row import example_row
from relevo.serve.inference.datatype import DATATYPES, Kind
from relevo.serve.inference.described import COLUMN_DATATYPES
from relevo.serve.inference.outputs import Output, outputs_of
from relevo.serve.inference.read_request import HEADER_LENGTH
from relevo.serve.schema import TEXT, WHOLE, Schema, array, body, content, record
from relevo.words import say

_OBJECT: Schema = {"type": "object"}
_NUMERIC: tuple[Kind, ...] = ("whole", "real")


def describe_infer(model: Model | None, lang: str) -> Schema:
    """The operation, for the model that serves."""
    wanted = record({"name": _names(model), "parameters": _OBJECT}, optional=("parameters",))
    asked = record(
        {
            "id": TEXT,
            "parameters": _OBJECT,
            "inputs": array(_input(model)) | {"minItems": 1},
            "outputs": array(wanted),
        },
        optional=("id", "parameters", "outputs"),
    )
    outputs = array(
        {"anyOf": [_output(one) for one in outputs_of(model).values()]} if model else _OBJECT
    )
    answered = record(
        {"model_name": TEXT, "model_version": TEXT, "id": TEXT, "outputs": outputs},
        optional=("id",),
    )
    return {
        "description": say("tensor.describe", lang, header=HEADER_LENGTH.title()),
        "requestBody": body(asked, _example(model)),
        "responses": {"200": content(answered)},
    }


def _names(model: Model | None) -> Schema:
    return {"enum": list(outputs_of(model))} if model else TEXT


def _input(model: Model | None) -> Schema:
    if model is None:
        return _OBJECT
    values = row_schema(model.contract)["properties"]
    columns = [
        _tensor({"const": c.name}, _datatypes(c), values[c.name]) for c in model.contract.required
    ]
    return {"anyOf": [*columns, _tensor(TEXT, list(DATATYPES), {})]}


def _datatypes(column: ColumnContract) -> list[str]:
    usual = COLUMN_DATATYPES[column.type]
    kinds = {"number": _NUMERIC, "category": ("text", "whole")}.get(column.type, (usual.kind,))
    return [datatype.name for datatype in DATATYPES.values() if datatype.kind in kinds]


def _tensor(name: Schema, datatypes: list[str], value: Schema) -> Schema:
    return record(
        {
            "name": name,
            "datatype": {"enum": datatypes},
            "shape": array(WHOLE | {"minimum": 1}) | {"minItems": 1, "maxItems": 2},
            "parameters": _OBJECT,
            "data": array({"anyOf": [value, array(value)]}),
        },
        optional=("parameters", "data"),
    )


def _output(output: Output) -> Schema:
    size = 1 if output.width is None else 2
    return record(
        {
            "name": {"const": output.name},
            "datatype": {"const": output.datatype.name},
            "shape": array(WHOLE) | {"minItems": size, "maxItems": size},
            "data": {"type": "array"},
            "parameters": _OBJECT,
        },
        optional=("data", "parameters"),
    )


def _example(model: Model | None) -> Any:
    if model is None:
        return {"inputs": []}
    row = example_row(model.contract)
    return {
        "inputs": [
            {
                "name": column.name,
                "datatype": COLUMN_DATATYPES[column.type].name,
                "shape": [1],
                "data": [row[column.name]],
            }
            for column in model.contract.required
        ]
    }
