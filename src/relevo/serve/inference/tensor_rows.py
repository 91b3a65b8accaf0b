"""`tensor_rows`: the rows that the tensors of a request make up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from relevo.data.contract import ColumnType, Contract
from relevo.serve.from_text import from_text
from relevo.serve.inference.tensor import Tensor
from relevo.serve.refusal import Refusal, invalid
from relevo.serve.shown import shown

Row = dict[str, Any]


def tensor_rows(tensors: Sequence[Tensor], contract: Contract) -> list[Row]:
    """The rows, with the names of the contract's columns.

    Either there is a tensor for each column, or one for all: with a name of its own, a column for
    each that the contract requires, in its order. The values of that one are read as the contract
    says: numbers and true or false may be texts, and 0 and 1 may be true or false. An empty text
    is a missing value, since the protocol has no other sign for it.

    Raises
    ------
    Refusal
        422 when the tensors differ in the number of rows, or one has the wrong width.

    """
    first = tensors[0]
    if len(tensors) == 1 and (first.width > 1 or first.name not in contract):
        return _rows_of_one(first, contract)
    for tensor in tensors:
        if tensor.width > 1:
            raise _wrong_width(tensor, contract)
        if tensor.n_rows != first.n_rows:
            raise invalid(
                "tensor.rows",
                name=shown(tensor.name),
                came=tensor.n_rows,
                first=shown(first.name),
                wanted=first.n_rows,
            )
    names = [tensor.name for tensor in tensors]
    columns = [_without_empty(tensor) for tensor in tensors]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _without_empty(tensor: Tensor) -> Sequence[Any]:
    if tensor.datatype.kind != "text":
        return tensor.values
    return [value or None for value in tensor.values]


def _rows_of_one(tensor: Tensor, contract: Contract) -> list[Row]:
    required = contract.required
    if tensor.width != len(required):
        raise _wrong_width(tensor, contract)
    values = _without_empty(tensor)
    columns = {
        column.name: [_read(value, column.type) for value in values[place :: tensor.width]]
        for place, column in enumerate(required)
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _read(value: Any, kind: ColumnType) -> Any:
    if isinstance(value, str):
        return from_text(value, kind)
    if kind == "boolean" and value in (0, 1):
        return bool(value)
    return value


def _wrong_width(tensor: Tensor, contract: Contract) -> Refusal:
    return invalid(
        "tensor.width",
        name=shown(tensor.name),
        came=list(tensor.shape),
        wanted=len(contract.required),
        columns=", ".join(column.name for column in contract.required)[:500],
    )
