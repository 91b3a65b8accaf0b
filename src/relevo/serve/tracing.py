"""`Tracing`: each answered request as a span of OpenTelemetry, where that is set up."""

from __future__ import annotations

import os
from collections.abc import Sequence
from time import time_ns
from typing import Any

from relevo.errors import MissingExtra

# What tells OpenTelemetry where to send, as its specification names it.
_PLACES = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_SERVER_FAULT = 500


class Tracing:
    """Spans by the environment's settings (`OTEL_EXPORTER_OTLP_ENDPOINT` and the others).

    A span carries the route, the status, the version and the key's name, never a row. A caller's
    own trace goes on where the request says which one it is (W3C Trace Context).

    Parameters
    ----------
    name
        Of the service, unless `OTEL_SERVICE_NAME` gives another one.

    Raises
    ------
    MissingExtra
        When OpenTelemetry is not installed.

    """

    def __init__(self, name: str) -> None:
        try:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
            from opentelemetry.sdk.resources import SERVICE_NAME, Resource
            from opentelemetry.sdk.trace import TracerProvider
            from opentelemetry.sdk.trace.export import BatchSpanProcessor
            from opentelemetry.trace import SpanKind, Status, StatusCode
            from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
        except ImportError as error:
            raise MissingExtra("otel", "OpenTelemetry") from error
        named = {} if os.environ.get("OTEL_SERVICE_NAME") else {SERVICE_NAME: name}
        self._provider = TracerProvider(resource=Resource.create(named))
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("relevo.serve")
        self._context = TraceContextTextMapPropagator().extract
        self._server, self._fault = SpanKind.SERVER, Status(StatusCode.ERROR)

    def note(
        self, headers: Sequence[tuple[bytes, bytes]], seconds: float, **about: str | int | None
    ) -> None:
        """Keep a span of a request that was answered just now.

        Parameters
        ----------
        headers
            As ASGI has them.
        seconds
            What it took.
        **about
            `method`, `route`, `status`, `version` and `key`.

        """
        end = time_ns()
        carrier = {
            name.decode(): value.decode("latin-1")
            for name, value in headers
            if name in (b"traceparent", b"tracestate")
        }
        span = self._tracer.start_span(
            f"{about['method']} {about['route']}",
            self._context(carrier) if carrier else None,
            self._server,
            _attributes(about),
            start_time=end - int(seconds * 1e9),
        )
        if int(about["status"] or 0) >= _SERVER_FAULT:
            span.set_status(self._fault)
        span.end(end)

    def stop(self) -> None:
        """Send what waits."""
        self._provider.shutdown()


def tracing(name: str) -> Tracing | None:
    """Spans, if the environment says where to send them.

    Raises
    ------
    MissingExtra
        When it does, and OpenTelemetry is not installed.

    """
    return Tracing(name) if any(os.environ.get(place) for place in _PLACES) else None


def _attributes(about: dict[str, Any]) -> dict[str, Any]:
    names = {
        "http.request.method": about["method"],
        "http.route": about["route"],
        "http.response.status_code": about["status"],
        "relevo.version": about["version"],
        "relevo.key": about["key"],
    }
    return {name: value for name, value in names.items() if value not in (None, "")}
