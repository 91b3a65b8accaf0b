"""`inflate`: a body as it was before the caller compressed it."""

from __future__ import annotations

import zlib

from relevo.errors import DataMistake
from relevo.serve.refusal import Refusal, invalid

_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS


def inflate(body: bytes, encoding: bytes, limit: int) -> bytes:
    """The body that a `Content-Encoding` header describes (RFC 9110, 8.4).

    Parameters
    ----------
    body
        As it came.
    encoding
        The header: none, `identity`, `gzip` or `deflate`.
    limit
        Nothing beyond this many bytes, but one, is inflated: a longer answer is too long.

    Raises
    ------
    Refusal
        415 for another encoding, 422 when the body is not what the header says.

    """
    if not encoding:
        return body
    name = encoding.decode("latin-1").strip().lower()
    if name == "identity":
        return body
    if name not in ("gzip", "x-gzip", "deflate"):
        raise Refusal(415, DataMistake("serve.unknown_encoding", came=name[:80]))
    inflater = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        content = inflater.decompress(body, limit + 1)
    except zlib.error as error:
        raise invalid("serve.not_compressed", encoding=name, detail=error) from error
    if len(content) <= limit and (not inflater.eof or inflater.unused_data):
        detail = f"{len(body)} bytes"
        raise invalid("serve.not_compressed", encoding=name, detail=detail)
    return content
