"""The limit: an answer of a fixed length to every request, on RSGI (granian) and ASGI (uvicorn)."""

from __future__ import annotations

from typing import Any

ANSWER = b'{"predictions": [[0.123456789012345678, 0.876543210987654321]]}'
HEADERS = [("content-type", "application/json")]


class Echo:
    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        await protocol()
        protocol.response_bytes(200, HEADERS, ANSWER)


rsgi = Echo()


async def asgi(scope: dict[str, Any], receive: Any, send: Any) -> None:
    while (await receive()).get("more_body"):
        pass
    length = str(len(ANSWER)).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", length)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": ANSWER})
