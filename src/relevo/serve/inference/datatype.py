"""`Datatype`: what a tensor of the protocol may hold, and how a value lies in bytes."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

Kind = Literal["boolean", "whole", "real", "text"]


@dataclass(frozen=True)
class Datatype:
    """One of the protocol's datatypes.

    Attributes
    ----------
    name
        The protocol's.
    kind
        What its values are in Python.
    code
        What `struct` calls it; empty where it has no name for it.
    size
        Of one value, in bytes; 0 for texts, which have a length each.

    """

    name: str
    kind: Kind
    code: str
    size: int

    def holds(self, value: Any) -> bool:
        """Whether a value of JSON is one of this datatype; null, a missing value, is of each."""
        if value is None:
            return True
        if self.kind == "text":
            return isinstance(value, str)
        if self.kind == "boolean":
            return isinstance(value, bool)
        if value.__class__ is int:
            return self.kind == "real" or value in self._range
        return self.kind == "real" and isinstance(value, float)

    @cached_property
    def _range(self) -> range:
        values = 1 << (8 * self.size)
        return range(-values // 2, values // 2) if self.code.islower() else range(values)


def _datatype(name: str, kind: Kind, code: str) -> Datatype:
    return Datatype(name, kind, code, struct.calcsize(f"<{code}"))


BOOL = _datatype("BOOL", "boolean", "?")
INT64 = _datatype("INT64", "whole", "q")
FP64 = _datatype("FP64", "real", "d")
BYTES = Datatype("BYTES", "text", "", 0)

DATATYPES = {
    datatype.name: datatype
    for datatype in (
        BOOL,
        _datatype("UINT8", "whole", "B"),
        _datatype("UINT16", "whole", "H"),
        _datatype("UINT32", "whole", "I"),
        _datatype("UINT64", "whole", "Q"),
        _datatype("INT8", "whole", "b"),
        _datatype("INT16", "whole", "h"),
        _datatype("INT32", "whole", "i"),
        INT64,
        Datatype("BF16", "real", "", 2),
        _datatype("FP16", "real", "e"),
        _datatype("FP32", "real", "f"),
        FP64,
        BYTES,
    )
}
"""Every datatype of the protocol, by its name."""
