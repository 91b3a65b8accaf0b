"""`Notes`: what is noted of every answered request: figures, the access log, a span."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import time
from typing import NamedTuple

from relevo.serve.access_log import Access, AccessLog
from relevo.serve.from_here import Client
from relevo.serve.metrics import Metrics
from relevo.serve.tracing import Tracing


class Answered(NamedTuple):
    """A request that was answered.

    Attributes
    ----------
    method, path, route
        What was asked for, and by which route; a route may stand for many paths.
    status, size, seconds
        Of the answer; its size in bytes, and what it took.
    headers, client
        Of the request, as ASGI has them.
    key
        The name of the key; empty without one.
    version
        The champion's; None before there is one.

    """

    method: str
    path: str
    route: str
    status: int
    size: int
    seconds: float
    headers: Sequence[tuple[bytes, bytes]]
    client: Client
    key: str
    version: int | None


@dataclass(frozen=True)
class Notes:
    """Where answered requests are noted.

    Attributes
    ----------
    metrics
        Counts each one and times it.
    access
        Has a line for each, where that is set.
    tracing
        Has a span for each; None where OpenTelemetry is not set up.

    """

    metrics: Metrics
    access: AccessLog
    tracing: Tracing | None = None

    def note(self, one: Answered) -> None:
        """Note an answered request; never with what its rows held."""
        self.metrics.add("requests_total", route=one.route, status=one.status)
        self.metrics.time("request_seconds", one.seconds, route=one.route)
        if self.access.kept:
            client = one.client[0] if one.client else ""
            answer = one.status, one.seconds, one.size
            line = Access(time(), one.method, one.path, *answer, one.key, client, one.version)
            self.access.note(line)
        if self.tracing is not None:
            self.tracing.note(
                one.headers,
                one.seconds,
                method=one.method,
                route=one.route,
                status=one.status,
                version=one.version,
                key=one.key,
            )

    def start(self) -> None:
        """Begin to write what is noted."""
        self.access.start()

    def stop(self) -> None:
        """Write and send what waits."""
        self.access.stop()
        if self.tracing is not None:
            self.tracing.stop()
