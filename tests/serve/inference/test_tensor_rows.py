from __future__ import annotations

from typing import Any

import pytest

from relevo.data.contract import ColumnContract, Contract
from relevo.serve.inference.datatype import DATATYPES
from relevo.serve.inference.tensor import Tensor
from relevo.serve.inference.tensor_rows import tensor_rows
from relevo.serve.refusal import Refusal

CONTRACT = Contract(
    (
        ColumnContract("size", "number"),
        ColumnContract("wet", "boolean"),
        ColumnContract("id", "category", required=False),
    )
)
WORDS = Contract((*CONTRACT.columns[:2], ColumnContract("kind", "category")))


def tensor(name: str, datatype: str, values: list[Any], width: int | None = None) -> Tensor:
    shape = (len(values),) if width is None else (len(values) // width, width)
    return Tensor(name, DATATYPES[datatype], shape, values)


def test_a_tensor_for_each_column() -> None:
    tensors = [
        tensor("wet", "BOOL", [True, None]),
        tensor("size", "INT32", [1, 2], width=1),
        tensor("id", "BYTES", ["a", ""]),
    ]
    assert tensor_rows(tensors, CONTRACT) == [
        {"wet": True, "size": 1, "id": "a"},
        {"wet": None, "size": 2, "id": None},
    ]


def test_the_text_of_a_column_stays_text() -> None:
    assert tensor_rows([tensor("size", "BYTES", ["1.5"])], CONTRACT) == [{"size": "1.5"}]


def test_one_tensor_of_numbers_for_all_columns() -> None:
    rows = tensor_rows([tensor("input", "FP64", [1.5, 1.0, None, 0.0, 2.5, 0.5], 2)], CONTRACT)
    assert rows == [
        {"size": 1.5, "wet": True},
        {"size": None, "wet": False},
        {"size": 2.5, "wet": 0.5},
    ]


def test_one_tensor_of_texts_for_all_columns() -> None:
    values = ["1.5", "true", "a", "", "0", "7", "far", "x", ""]
    assert tensor_rows([tensor("input", "BYTES", values, 3)], WORDS) == [
        {"size": 1.5, "wet": True, "kind": "a"},
        {"size": None, "wet": False, "kind": "7"},
        {"size": "far", "wet": "x", "kind": None},
    ]


def test_one_tensor_for_the_only_column() -> None:
    only = Contract((ColumnContract("size", "number"),))
    assert tensor_rows([tensor("input", "FP64", [1.5, 2.5])], only) == [
        {"size": 1.5},
        {"size": 2.5},
    ]


@pytest.mark.parametrize(
    ("tensors", "key"),
    [
        ([tensor("size", "FP64", [1.0]), tensor("wet", "BOOL", [True, True])], "tensor.rows"),
        ([tensor("size", "FP64", [1.0, 2.0], 2), tensor("wet", "BOOL", [True])], "tensor.width"),
        ([tensor("input", "FP64", [1.0, 2.0, 3.0], 3)], "tensor.width"),
        ([tensor("input", "FP64", [1.0, 2.0])], "tensor.width"),
    ],
)
def test_tensors_that_do_not_fit_are_refused(tensors: list[Tensor], key: str) -> None:
    with pytest.raises(Refusal) as refused:
        tensor_rows(tensors, CONTRACT)
    assert refused.value.mistake.key == key
    assert all(refused.value.mistake.parts("es").values())
