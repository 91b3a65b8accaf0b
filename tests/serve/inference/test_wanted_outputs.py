from __future__ import annotations

from typing import Any

import pytest

from relevo.serve.inference.datatype import BYTES
from relevo.serve.inference.outputs import Output
from relevo.serve.inference.wanted_outputs import wanted_outputs
from relevo.serve.refusal import Refusal

KNOWN = {name: Output(name, BYTES, lambda row: [row.prediction_id]) for name in ("a", "b")}


def wanted(header: dict[str, Any]) -> list[tuple[str, bool]]:
    return [(one.output.name, one.binary) for one in wanted_outputs(header, KNOWN)]


@pytest.mark.parametrize("none", [{}, {"outputs": None}, {"outputs": []}])
def test_all_outputs_when_none_is_named(none: dict[str, Any]) -> None:
    assert wanted(none) == [("a", False), ("b", False)]


def test_named_ones_in_their_order() -> None:
    assert wanted({"outputs": [{"name": "b"}, {"name": "a"}]}) == [("b", False), ("a", False)]


def test_each_says_for_itself_whether_it_comes_in_bytes() -> None:
    said = {"name": "a", "parameters": {"binary_data": False}}
    header = {"parameters": {"binary_data_output": True}, "outputs": [said, {"name": "b"}]}
    assert wanted(header) == [("a", False), ("b", True)]


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ({"outputs": [{"name": "c"}]}, "tensor.output"),
        ({"outputs": [{"name": "a"}, {"name": "a"}]}, "tensor.output"),
        ({"outputs": ["a"]}, "tensor.output"),
        ({"outputs": [{}]}, "tensor.output"),
        ({"outputs": [{"name": ["a"]}]}, "tensor.output"),
        ({"outputs": {"name": "a"}}, "tensor.output"),
        ({"outputs": [{"name": "a", "parameters": 1}]}, "tensor.parameters"),
        ({"outputs": [{"name": "a", "parameters": {"binary_data": 1}}]}, "tensor.flag"),
        ({"parameters": {"binary_data_output": "true"}}, "tensor.flag"),
        ({"parameters": "binary"}, "tensor.parameters"),
    ],
)
def test_what_is_wrong_is_said(header: dict[str, Any], key: str) -> None:
    with pytest.raises(Refusal) as refused:
        wanted(header)
    assert refused.value.mistake.key == key
    assert all(refused.value.mistake.parts("es").values())
