"""`read_tensors`: the inputs of a request, from its JSON and the bytes after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import prod
from typing import Any

from relevo.serve.inference.binary import decode
from relevo.serve.inference.datatype import DATATYPES, Datatype
from relevo.serve.inference.parameters import parameters_of
from relevo.serve.inference.tensor import Tensor
from relevo.serve.items import items_of
from relevo.serve.refusal import Refusal, invalid
from relevo.serve.shown import shown

_SIZE = "binary_data_size"
_MOST = 10_000  # tensors, or columns of one


def read_tensors(header: Any, binary: bytes, most_rows: int) -> list[Tensor]:
    """The tensors that the list `inputs` describes; a NaN is a missing value.

    Parameters
    ----------
    header
        The request's JSON.
    binary
        What comes after it: the values of the tensors that have a `binary_data_size`, in order.
    most_rows
        The most that a tensor may have.

    Raises
    ------
    Refusal
        422 when a tensor is not as the protocol has it, or holds other than its shape says.

    """
    tensors: dict[str, Tensor] = {}
    start = 0
    for place, item in enumerate(items_of(header, "inputs", _MOST)):
        declared = _declared(item, place, most_rows)
        if declared.name in tensors:
            raise invalid("tensor.twice", name=shown(declared.name))
        size = parameters_of(item).get(_SIZE)
        if (size is None) == (item.get("data") is None):
            raise invalid("tensor.no_data", name=shown(declared.name), size=_SIZE)
        if size is None:
            tensors[declared.name] = _from_json(item["data"], declared)
        else:
            tensors[declared.name] = _from_bytes(binary, start, size, declared)
            start += size
    if start != len(binary):
        raise invalid("tensor.bytes_left", came=len(binary), wanted=start, size=_SIZE)
    return list(tensors.values())


def _declared(item: Any, place: int, most_rows: int) -> Tensor:
    if not isinstance(item, dict):
        raise invalid("tensor.no_object", place=place, kind=type(item).__name__)
    name = item.get("name")
    if not isinstance(name, str):
        raise invalid("tensor.no_name", place=place, came=shown(name))
    return Tensor(name, _datatype(item, name), _shape(item, name, most_rows), ())


def _datatype(item: Mapping[str, Any], name: str) -> Datatype:
    came = item.get("datatype")
    if not isinstance(came, str) or came not in DATATYPES:
        known = ", ".join(DATATYPES)
        raise invalid("tensor.datatype", name=shown(name), came=shown(came), known=known)
    return DATATYPES[came]


def _shape(item: Mapping[str, Any], name: str, most_rows: int) -> tuple[int, ...]:
    came = item.get("shape")
    if not (
        isinstance(came, list)
        and len(came) in (1, 2)
        and all(size.__class__ is int and size > 0 for size in came)
        and came[0] <= most_rows
        and came[-1] <= max(_MOST, most_rows)
    ):
        raise invalid("tensor.shape", name=shown(name), came=shown(came), most=most_rows)
    return tuple(came)


def _from_json(data: Any, declared: Tensor) -> Tensor:
    values = _flat(data, declared)
    datatype = declared.datatype
    for position, value in enumerate(values):
        if not datatype.holds(value):
            raise invalid(
                "tensor.value",
                name=shown(declared.name),
                position=position,
                came=shown(value),
                datatype=datatype.name,
            )
    return replace(declared, values=values)


def _flat(data: Any, declared: Tensor) -> list[Any]:
    if not isinstance(data, list):
        raise invalid("tensor.data", name=shown(declared.name), kind=type(data).__name__)
    count, width = prod(declared.shape), declared.width
    if len(data) == declared.n_rows and all(isinstance(row, list) for row in data):
        if any(len(row) != width for row in data):
            raise _wrong_count(declared, f"… × {next(len(r) for r in data if len(r) != width)}")
        return [value for row in data for value in row]
    if len(data) != count:
        raise _wrong_count(declared, str(len(data)))
    return data


def _wrong_count(declared: Tensor, came: str) -> Refusal:
    name, shape = shown(declared.name), list(declared.shape)
    return invalid("tensor.count", name=name, came=came, shape=shape, wanted=prod(declared.shape))


def _from_bytes(binary: bytes, start: int, size: Any, declared: Tensor) -> Tensor:
    if not (size.__class__ is int and 0 <= size <= len(binary) - start):
        raise invalid(
            "tensor.size",
            name=shown(declared.name),
            came=shown(size),
            left=len(binary) - start,
            size=_SIZE,
        )
    try:
        values = decode(binary[start : start + size], declared.datatype, prod(declared.shape))
    except ValueError as error:  # a UnicodeDecodeError is one
        raise invalid(
            "tensor.bytes",
            name=shown(declared.name),
            datatype=declared.datatype.name,
            shape=list(declared.shape),
            detail=shown(error),
        ) from error
    if declared.datatype.kind == "real":
        values = [None if value != value else value for value in values]
    return replace(declared, values=values)
