"""`decode` and `encode`: a tensor's values in bytes, as the binary tensor data extension has them.

Numbers lie one after the other, least byte first; before each text lies its length in four bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

from relevo.serve.inference.datatype import Datatype

_LENGTH = struct.Struct("<I")


def decode(data: bytes, datatype: Datatype, count: int) -> list[Any]:
    """The values that lie in `data`.

    Parameters
    ----------
    data
        Nothing but the tensor's bytes.
    datatype
        Of the values.
    count
        How many the shape says; nothing is set aside for them before they are found.

    Raises
    ------
    ValueError
        When `data` holds more, fewer, or what is no text in UTF-8; it says which.

    """
    if datatype.kind == "text":
        return _texts(data, count)
    if len(data) != count * datatype.size:
        raise ValueError(f"{len(data)} != {count} * {datatype.size}")
    if datatype.name == "BF16":
        data, code = _as_fp32(data), "f"
    else:
        code = datatype.code
    return list(struct.unpack(f"<{count}{code}", data))


def encode(values: Sequence[Any], datatype: Datatype) -> bytes:
    """The bytes of values that are of this datatype (which is not BF16), none of them missing."""
    if datatype.kind == "text":
        texts = [value.encode() for value in values]
        return b"".join(part for text in texts for part in (_LENGTH.pack(len(text)), text))
    return struct.pack(f"<{len(values)}{datatype.code}", *values)


def _texts(data: bytes, count: int) -> list[str]:
    texts: list[str] = []
    start = 0
    while start < len(data) and len(texts) < count:
        if start + _LENGTH.size > len(data):
            raise ValueError(f"[{len(texts)}]: {len(data) - start} < {_LENGTH.size}")
        (length,) = _LENGTH.unpack_from(data, start)
        start += _LENGTH.size
        if length > len(data) - start:
            raise ValueError(f"[{len(texts)}]: {len(data) - start} < {length}")
        texts.append(data[start : start + length].decode())
        start += length
    if start != len(data) or len(texts) != count:
        raise ValueError(f"{len(texts)} != {count}, {len(data) - start} left")
    return texts


def _as_fp32(data: bytes) -> bytes:
    # A BF16 is the upper half of an FP32.
    wide = bytearray(2 * len(data))
    wide[2::4], wide[3::4] = data[0::2], data[1::2]
    return bytes(wide)
