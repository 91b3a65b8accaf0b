"""`Connection`: one caller's connection, closed when it sends too slowly or too much of a head."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from time import monotonic
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from relevo.errors import DataMistake
from relevo.serve.refusal import Refusal, refused

_MOST_HEAD_BYTES = 65_536
_MOST_CONNECTIONS = 10_000
_SWEEP_SECONDS = 0.5


class Connection(HttpToolsProtocol):
    """uvicorn's protocol, with an end to its patience.

    Parameters
    ----------
    timeout_seconds
        How long a request may take to arrive, from its first byte (the first one of a connection:
        from its beginning) to its last.
    lang
        Of what is said of a request that cannot be read.
    **uvicorns
        What uvicorn hands to a protocol.

    Attributes
    ----------
    arriving_since
        When the request began that has not come in full; None between requests.

    """

    def __init__(self, timeout_seconds: float, lang: str, **uvicorns: Any) -> None:
        super().__init__(**uvicorns)
        self.arriving_since: float | None = monotonic()
        self._timeout_seconds = timeout_seconds
        self._lang = lang
        self._head_bytes = 0
        self._in_head = True

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, unless there are too many."""
        super().connection_made(transport)
        if len(self.connections) > _MOST_CONNECTIONS:
            self._refuse(503, DataMistake("serve.too_many_connections", most=_MOST_CONNECTIONS))

    def data_received(self, data: bytes) -> None:
        """Take in what came, unless it is a head without an end."""
        if self._in_head:
            if self._head_bytes > _MOST_HEAD_BYTES:
                self._refuse(431, DataMistake("serve.too_long_head", most=_MOST_HEAD_BYTES))
                return
            self._head_bytes += len(data)
        super().data_received(data)

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._in_head = True
        if self.arriving_since is None:
            self.arriving_since = monotonic()

    def on_headers_complete(self) -> None:
        """The head has come; what follows is the body, which its reader limits."""
        self._in_head, self._head_bytes = False, 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request has come in full."""
        self.arriving_since, self._in_head, self._head_bytes = None, True, 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP."""
        self._refuse(400, DataMistake("serve.not_http"))

    def end_if_overdue(self, now: float) -> None:
        """Close, with a reason, when the request takes too long to come."""
        since = self.arriving_since
        if since is not None and now - since > self._timeout_seconds:
            self.arriving_since = None
            limit = f"{self._timeout_seconds:g}"
            self._refuse(408, DataMistake("serve.too_slow", limit=limit))

    def _refuse(self, status: int, mistake: DataMistake) -> None:
        if self.transport.is_closing():
            return
        answer = refused(Refusal(status, mistake, headers={"connection": "close"}), self._lang)
        head = b"".join(name + b": " + value + b"\r\n" for name, value in answer.raw_headers)
        self.transport.write(STATUS_LINE[status] + head + b"\r\n" + bytes(answer.body))
        self.transport.close()


async def sweep(connections: Iterable[Any]) -> None:
    """Again and again, end the connections whose requests are overdue."""
    while True:
        await asyncio.sleep(_SWEEP_SECONDS)
        now = monotonic()
        for connection in list(connections):
            connection.end_if_overdue(now)
