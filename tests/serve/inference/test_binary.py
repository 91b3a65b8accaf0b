from __future__ import annotations

import struct
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.serve.inference.binary import decode, encode
from relevo.serve.inference.datatype import BYTES, DATATYPES, FP64, Datatype

FLOAT_BITS = {"FP16": 16, "FP32": 32, "FP64": 64}


def values_of(datatype: Datatype) -> st.SearchStrategy[Any]:
    if datatype.kind == "text":
        return st.text()
    if datatype.kind == "boolean":
        return st.booleans()
    if datatype.kind == "real":
        return st.floats(width=FLOAT_BITS[datatype.name], allow_nan=False)  # type: ignore[arg-type]
    signed = datatype.code.islower()
    bits = 8 * datatype.size - signed
    return st.integers(-(1 << bits) if signed else 0, (1 << bits) - 1)


@pytest.mark.parametrize("datatype", [d for d in DATATYPES.values() if d.name != "BF16"])
@given(data=st.data())
def test_a_round_trip_loses_nothing(datatype: Datatype, data: st.DataObject) -> None:
    values = data.draw(st.lists(values_of(datatype), max_size=20))
    assert decode(encode(values, datatype), datatype, len(values)) == values


def test_the_bytes_are_those_of_the_extensions_own_example() -> None:
    data = bytes.fromhex("05000000") + b"hello" + bytes.fromhex("05000000") + b"world"
    assert encode(["hello", "world"], BYTES) == data
    assert encode([1.0], FP64) == bytes.fromhex("000000000000f03f")


@given(value=st.floats(width=32, allow_nan=False))
def test_a_bf16_is_the_upper_half_of_an_fp32(value: float) -> None:
    upper = struct.pack("<f", value)[2:]
    [read] = decode(upper, DATATYPES["BF16"], 1)
    assert struct.pack("<f", read) == b"\0\0" + upper


@given(
    data=st.binary(max_size=64), count=st.integers(0, 1 << 70), name=st.sampled_from([*DATATYPES])
)
def test_any_bytes_are_read_or_refused(data: bytes, count: int, name: str) -> None:
    with suppress(ValueError):
        assert len(decode(data, DATATYPES[name], count)) == count


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (b"\1\0\0", "3 < 4"),
        (b"\xff\xff\xff\xffa", "1 < 4294967295"),
        (b"\1\0\0\0ab", "1 left"),
        (b"", "0 != 1"),
        (b"\1\0\0\0\xff", "utf-8"),
    ],
)
def test_texts_that_do_not_fill_their_bytes_are_refused(data: bytes, detail: str) -> None:
    with pytest.raises(ValueError, match=detail):
        decode(data, BYTES, 1)
