"""`inputs_described`, `outputs_described`: a model's tensors, as its metadata tell them."""

from __future__ import annotations

from typing import Any

from relevo.data.contract import ColumnType, Contract
from relevo.model.model import Model
from relevo.serve.inference.datatype import BOOL, BYTES, FP64, Datatype
from relevo.serve.inference.outputs import Output, outputs_of

_ANY = -1  # how the protocol writes a size that differs from request to request

COLUMN_DATATYPES: dict[ColumnType, Datatype] = {
    "number": FP64,
    "boolean": BOOL,
    "category": BYTES,
    "text": BYTES,
    "date": BYTES,
    "datetime": BYTES,
}
"""The datatype that a column's tensor usually has; any other that its values fit is taken too."""


def inputs_described(contract: Contract) -> list[dict[str, Any]]:
    """One tensor for each column that a request must have."""
    return [
        {"name": column.name, "datatype": COLUMN_DATATYPES[column.type].name, "shape": [_ANY]}
        for column in contract.required
    ]


def outputs_described(model: Model) -> list[dict[str, Any]]:
    """Every output; `labels` says which class each of the probabilities is of."""
    return [_output(output) for output in outputs_of(model).values()]


def _output(output: Output) -> dict[str, Any]:
    shape = [_ANY] if output.width is None else [_ANY, output.width]
    described = {"name": output.name, "datatype": output.datatype.name, "shape": shape}
    return described | ({"labels": output.labels} if output.labels else {})
