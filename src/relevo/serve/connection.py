"""`Connection`: one caller's connection, closed when it sends too slowly or too much of a head."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from time import monotonic, perf_counter
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from relevo.errors import DataMistake
from relevo.serve.answer import Answer
from relevo.serve.express import METHOD, PATH, Arriving, Express
from relevo.serve.header import header
from relevo.serve.language import asked_language
from relevo.serve.refusal import Refusal, refused

if TYPE_CHECKING:
    from relevo.serve.service import Service

_MOST_HEAD_BYTES = 65_536
_MOST_CONNECTIONS = 10_000
_SWEEP_SECONDS = 0.5


class Connection(HttpToolsProtocol):
    """uvicorn's protocol, with an end to its patience.

    Parameters
    ----------
    service
        Says how long a request may take to arrive, from its first byte (the first one of a
        connection: from its beginning) to its last.
    express
        Answers usual predictions.
    **uvicorns
        What uvicorn hands to a protocol.

    Attributes
    ----------
    arriving_since
        When the request began that has not come in full; None between requests.

    """

    def __init__(self, service: Service, express: Express, **uvicorns: Any) -> None:
        super().__init__(**uvicorns)
        self._express = express
        self._turn: _Turn | None = None  # of a request that may go express
        self.arriving_since: float | None = monotonic()
        self._timeout_seconds = service.problem.serve.timeout_seconds
        self._lang = service.lang
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
        if self._may_go_express():
            self._turn = _Turn(self.parser.should_keep_alive(), perf_counter())
            self.cycle = self._turn  # type: ignore[assignment]
        else:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        if self._turn is None:
            super().on_body(body)
        else:
            self._turn.parts.append(body)

    def on_message_complete(self) -> None:
        """The request has come in full."""
        self.arriving_since, self._in_head, self._head_bytes = None, True, 0
        turn, self._turn = self._turn, None
        if turn is not None:
            body = b"".join(turn.parts)
            if self._goes_express(turn, body):
                return
            turn.response_complete = True
            super().on_headers_complete()
            self.cycle.keep_alive &= turn.keep_alive  # not while the server ends
            super().on_body(body)
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

    def _may_go_express(self) -> bool:
        if self.url != PATH or self.parser.get_method() != METHOD:
            return False
        if self.parser.get_http_version() != "1.1" or not self._express.is_usual(self.headers):
            return False
        waits = self.cycle is not None and not self.cycle.response_complete
        return not waits and not self.flow.write_paused

    def _goes_express(self, turn: _Turn, body: bytes) -> bool:
        request = Arriving(self.headers, self.client, body, turn.started)
        return self._express.answer(request, lambda answer: self._send(turn, answer))

    def _send(self, turn: _Turn, answer: Answer) -> None:
        turn.response_complete = True
        if turn.disconnected or self.transport.is_closing():
            return
        if not turn.keep_alive:
            answer.raw_headers.append((b"connection", b"close"))
        self._write(answer)
        if not turn.keep_alive:
            self.transport.close()
        self.on_response_complete()

    def _write(self, answer: Answer) -> None:
        head = [STATUS_LINE[answer.status_code]]
        for name, value in answer.raw_headers:
            head += (name, b": ", value, b"\r\n")
        self.transport.write(b"".join((*head, b"\r\n", answer.body)))

    def _refuse(self, status: int, mistake: DataMistake) -> None:
        if self.transport.is_closing():
            return
        asked = header({"headers": self.headers or ()}, b"accept-language")  # if they have come
        lang = asked_language(asked, self._lang)
        answer = refused(Refusal(status, mistake, headers={"connection": "close"}), lang)
        self._write(answer)
        self.transport.close()


class _Turn:
    """What uvicorn asks of the request that a connection is at, where it is answered express."""

    def __init__(self, keep_alive: bool, started: float) -> None:
        self.keep_alive, self.started = keep_alive, started
        self.parts: list[bytes] = []
        self.response_complete = False
        self.disconnected = False
        self.message_event = asyncio.Event()


async def sweep(connections: Iterable[Any]) -> None:
    """Again and again, end the connections whose requests are overdue."""
    while True:
        await asyncio.sleep(_SWEEP_SECONDS)
        now = monotonic()
        for connection in list(connections):
            connection.end_if_overdue(now)
