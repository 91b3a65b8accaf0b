from __future__ import annotations

from typing import Any

import pytest

from relevo.serve.inference.read_tensors import read_tensors
from relevo.serve.refusal import Refusal

GOOD = {"name": "x", "shape": [2], "datatype": "FP64", "data": [1.0, 2]}
BINARY = {"name": "x", "shape": [2], "datatype": "INT8", "parameters": {"binary_data_size": 2}}


def read(*inputs: Any, binary: bytes = b"") -> list[Any]:
    return read_tensors({"inputs": list(inputs)}, binary, most_rows=10)


def refused_as(*inputs: Any, binary: bytes = b"") -> str:
    with pytest.raises(Refusal) as caught:
        read(*inputs, binary=binary)
    assert caught.value.status == 422
    for lang in ("en", "es"):
        assert all(caught.value.mistake.parts(lang).values())
    return caught.value.mistake.key


def test_values_come_flat_or_nested() -> None:
    flat = GOOD | {"shape": [2, 2], "data": [1, 2, 3, 4]}
    nested = flat | {"data": [[1, 2], [3, 4]]}
    [one], [other] = read(flat), read(nested)
    assert one == other
    assert (one.n_rows, one.width, one.values) == (2, 2, [1, 2, 3, 4])


def test_one_value_for_each_row_may_be_nested_too() -> None:
    [tensor] = read(GOOD | {"shape": [2, 1], "data": [[1.0], [2.0]]})
    assert tensor.values == [1.0, 2.0]
    assert tensor.width == 1


def test_bytes_belong_to_the_tensors_in_order() -> None:
    first, second = read(
        BINARY, GOOD | {"name": "y"}, BINARY | {"name": "z"}, binary=b"\1\2\3\xff"
    )[::2]
    assert (first.values, second.values) == ([1, 2], [3, -1])


@pytest.mark.parametrize(
    "nan", [bytes.fromhex("0000c07f0000803f"), bytes.fromhex("010080ff0000803f")]
)
def test_a_nan_is_a_missing_value(nan: bytes) -> None:
    sent = BINARY | {"datatype": "FP32", "parameters": {"binary_data_size": 8}}
    [tensor] = read(sent, binary=nan)
    assert tensor.values == [None, 1.0]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"name": 7}, "no_name"),
        ({"name": None}, "no_name"),
        ({"datatype": "FP65"}, "datatype"),
        ({"datatype": ["FP64"]}, "datatype"),
        ({"datatype": None}, "datatype"),
        ({"shape": None}, "shape"),
        ({"shape": []}, "shape"),
        ({"shape": [0]}, "shape"),
        ({"shape": [-2]}, "shape"),
        ({"shape": [2.0]}, "shape"),
        ({"shape": [True]}, "shape"),
        ({"shape": [2, 1, 1]}, "shape"),
        ({"shape": [11]}, "shape"),
        ({"shape": [10**30]}, "shape"),
        ({"shape": [1, 10**4299]}, "shape"),
        ({"shape": [1] * 5_000}, "shape"),
        ({"data": None}, "no_data"),
        ({"parameters": {"binary_data_size": 0}}, "no_data"),
        ({"parameters": {"shared_memory_region": "r"}, "data": None}, "no_data"),
        ({"parameters": []}, "parameters"),
        ({"data": 1.0}, "data"),
        ({"data": {}}, "data"),
        ({"data": [1.0]}, "count"),
        ({"data": []}, "count"),
        ({"data": [[1.0], [2.0, 3.0]]}, "count"),
        ({"data": [[], []]}, "count"),
        ({"data": [1.0, [2.0]]}, "value"),
        ({"data": [[[1.0]], [2.0]]}, "value"),
        ({"data": [1.0, True]}, "value"),
        ({"data": [1.0, "2"]}, "value"),
        ({"datatype": "INT8", "data": [1, 128]}, "value"),
        ({"datatype": "INT8", "data": [1, 10**5000]}, "value"),
        ({"datatype": "BOOL", "data": [0, 1]}, "value"),
    ],
)
def test_what_is_wrong_with_a_tensor_is_said(change: dict[str, Any], key: str) -> None:
    assert refused_as(GOOD | change) == f"tensor.{key}"


@pytest.mark.parametrize(
    ("change", "binary", "key"),
    [
        ({"binary_data_size": -1}, b"\1\2", "size"),
        ({"binary_data_size": 3}, b"\1\2", "size"),
        ({"binary_data_size": 1 << 70}, b"\1\2", "size"),
        ({"binary_data_size": True}, b"\1\2", "size"),
        ({"binary_data_size": "2"}, b"\1\2", "size"),
        ({"binary_data_size": 2}, b"\1\2\3", "bytes_left"),
        ({"binary_data_size": 1}, b"\1", "bytes"),
        ({}, b"\1\2", "no_data"),
    ],
)
def test_what_is_wrong_with_bytes_is_said(change: dict[str, Any], binary: bytes, key: str) -> None:
    assert refused_as(BINARY | {"parameters": change}, binary=binary) == f"tensor.{key}"


def test_no_value_is_set_aside_for_a_shape_that_claims_many() -> None:
    many = BINARY | {"shape": [10, 10_000]}
    assert refused_as(many, binary=b"\1\2") == "tensor.bytes"


def test_a_column_comes_once() -> None:
    assert refused_as(GOOD, GOOD) == "tensor.twice"


@pytest.mark.parametrize("item", [None, 1, "x", []])
def test_an_input_is_an_object(item: Any) -> None:
    assert refused_as(GOOD, item) == "tensor.no_object"


def test_there_is_an_input() -> None:
    assert refused_as() == "serve.wrong_count"
