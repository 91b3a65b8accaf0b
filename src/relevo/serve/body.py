"""Read the body of a request: JSON of a limited size."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.requests import Request

from relevo.errors import DataMistake
from relevo.serve.refusal import Refusal, invalid

_decode = msgspec.json.Decoder().decode
_MB = 1_000_000


async def read_json(request: Request, max_body_mb: float) -> Any:
    """The value that the body holds, whatever content type it claims.

    Raises
    ------
    Refusal
        413 when the body is over the limit, 422 when it is not JSON.

    """
    body = await _read(request, max_body_mb)
    try:
        return _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise invalid("serve.not_json", detail=error) from error


async def _read(request: Request, max_body_mb: float) -> bytes:
    limit = int(max_body_mb * _MB)
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise _too_large(max_body_mb)
    chunks = bytearray()
    async for chunk in request.stream():
        chunks += chunk
        if len(chunks) > limit:
            raise _too_large(max_body_mb)
    return bytes(chunks)


def _too_large(max_body_mb: float) -> Refusal:
    return Refusal(413, DataMistake("serve.too_large", limit=f"{max_body_mb:g}"))
