from __future__ import annotations

from typing import Any

import pytest

from relevo.serve.inference.datatype import DATATYPES


@pytest.mark.parametrize(
    ("name", "held", "not_held"),
    [
        ("BOOL", [True, None], [1, "true", 0.0]),
        ("INT8", [-128, 127, None], [128, -129, 1.0, True, "1"]),
        ("UINT8", [0, 255], [-1, 256]),
        ("INT64", [-(1 << 63), (1 << 63) - 1], [1 << 63]),
        ("FP32", [1, 1.5, 10**300, None], [True, "1.5", [1.5]]),
        ("BYTES", ["", "a", None], [1, 1.5, False, ["a"], {}]),
    ],
)
def test_what_a_datatype_holds(name: str, held: list[Any], not_held: list[Any]) -> None:
    assert all(DATATYPES[name].holds(value) for value in held)
    assert not any(DATATYPES[name].holds(value) for value in not_held)


def test_sizes_are_the_protocols() -> None:
    for name, datatype in DATATYPES.items():
        bits = name.lstrip("BUINTFPOLYES")
        assert datatype.size == (int(bits) // 8 if bits else {"BOOL": 1, "BYTES": 0}[name])
