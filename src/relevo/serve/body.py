"""Read the body of a request: bytes of a limited size, and the JSON that they hold."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import msgspec
from starlette.requests import ClientDisconnect, Request

from relevo.errors import DataMistake
from relevo.serve.header import header
from relevo.serve.inflate import inflate
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
    return decode_json(await read_bytes(request, max_body_mb))


def decode_json(body: bytes) -> Any:
    """The value that a body holds; numbers are numbers, as RFC 8259 has them.

    Raises
    ------
    Refusal
        422 when it is not JSON.

    """
    try:
        return _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise invalid("serve.not_json", detail=error) from error


def decode_json_of_frames(body: bytes) -> Any:
    """As `decode_json`, but `NaN`, as Python's `json` writes a missing value of a frame, is null.

    `Infinity` is a number here, which the contract then refuses by row and column.

    Raises
    ------
    Refusal
        422 when it is not JSON.

    """
    if b"NaN" not in body and b"Infinity" not in body:
        return decode_json(body)
    try:
        value = json.loads(body.decode(), parse_constant=_constant)
        # Python lets halves of characters pass, which no store takes.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise invalid("serve.not_json", detail=error) from error
    return value


def _constant(name: str) -> float | None:
    return None if name == "NaN" else float(name)


async def read_bytes(request: Request, max_body_mb: float) -> bytes:
    """The body, inflated where it came compressed.

    Raises
    ------
    Refusal
        413 when it is over the limit, before or after it is inflated; 415 or 422 when it is
        compressed in a way that is not known, or not as its header says.

    """
    limit = int(max_body_mb * _MB)
    announced = header(request.scope, b"content-length")
    if announced.isdigit() and int(announced) > limit:
        raise _too_large(max_body_mb)
    body = await _next(request)
    if body.more:
        chunks = bytearray(body.bytes)
        while body.more and len(chunks) <= limit:
            body = await _next(request)
            chunks += body.bytes
        body = _Part(bytes(chunks), more=False)
    if len(body.bytes) > limit:
        raise _too_large(max_body_mb)
    content = inflate(body.bytes, header(request.scope, b"content-encoding"), limit)
    if len(content) > limit:
        raise _too_large(max_body_mb)
    return content


class _Part(NamedTuple):
    bytes: bytes
    more: bool


async def _next(request: Request) -> _Part:
    # `Request.stream` does the same, at several times the cost for the usual body in one piece.
    message = await request.receive()
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    return _Part(message.get("body", b""), message.get("more_body", False))


def _too_large(max_body_mb: float) -> Refusal:
    return Refusal(413, DataMistake("serve.too_large", limit=f"{max_body_mb:g}"))
