"""`fingerprint`: a hash of what a table holds, the same on every machine and in every version."""

from __future__ import annotations

import struct
from hashlib import blake2b

import numpy as np
import polars as pl

from relevo.data.frames import normalise

_BLOCK = 1 << 20
_KINDS = {
    pl.Boolean: b"boolean",
    pl.Int64: b"integer",
    pl.Float64: b"number",
    pl.String: b"text",
    pl.Date: b"date",
    pl.Datetime: b"datetime",
}


def fingerprint(frame: pl.DataFrame) -> str:
    """A hash of the names, types, values and order of columns and rows, after `normalise`.

    Neither the file's date, its format, how the rows are chunked in memory nor a library's version
    enters. The type of a column without any value does not count: formats differ in it.

    Returns
    -------
    str
        32 hexadecimal digits of BLAKE2b.

    Examples
    --------
    >>> fingerprint(pl.DataFrame({"a": [1, None]})) == fingerprint(pl.DataFrame({"a": [1, 2]}))
    False

    """
    plain = normalise(frame)
    digest = blake2b(struct.pack("<qq", plain.height, plain.width), digest_size=16)
    for column in plain.get_columns():
        _add(digest, column)
    return digest.hexdigest()


def _add(digest: blake2b, column: pl.Series) -> None:
    name = column.name.encode()
    missing = column.null_count()
    kind = _KINDS[type(column.dtype)] if missing < len(column) else b"-"
    digest.update(struct.pack("<qqq", len(name), len(kind), missing) + name + kind)
    if missing == len(column):
        return
    if missing:
        digest.update(np.packbits(column.is_null().to_numpy()).tobytes())
    # blocks of a fixed length, so that how the column is chunked does not show
    for start in range(0, len(column), _BLOCK):
        _add_values(digest, column.slice(start, _BLOCK))


def _add_values(digest: blake2b, column: pl.Series) -> None:
    if column.dtype == pl.String:
        text = column.fill_null("")
        digest.update(_bytes_of(text.str.len_bytes(), "<u4"))
        digest.update(str(text.str.join("").item()).encode())
    elif column.dtype == pl.Float64:
        # a negative zero equals a positive one, and not every format keeps its sign
        values = column.fill_null(0.0).to_numpy() + 0.0
        digest.update(np.asarray(values, dtype="<f8").tobytes())
    elif column.dtype == pl.Boolean:
        digest.update(_bytes_of(column.fill_null(False).cast(pl.UInt8), "<u1"))
    else:
        digest.update(_bytes_of(column.to_physical().cast(pl.Int64).fill_null(0), "<i8"))


def _bytes_of(column: pl.Series, layout: str) -> bytes:
    return np.asarray(column.to_numpy(), dtype=layout).tobytes()
