from __future__ import annotations

import gzip
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from relevo.errors import MissingExtra
from relevo.problem.problem import Problem
from relevo.serve.running import running
from relevo.serve.tracing import tracing
from relevo.store import Store

TRACE = "0af7651916cd43dd8448eb211c80319c"
PLACE = "OTEL_EXPORTER_OTLP_ENDPOINT"


class Collector(HTTPServer):
    """Takes spans, as OpenTelemetry's own collector does."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.spans: list[Any] = []
        self.services: set[str] = set()


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        collector = self.server
        assert isinstance(collector, Collector)
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            named = {one.key: one.value.string_value for one in resource.resource.attributes}
            collector.services.add(named["service.name"])
            for scope in resource.scope_spans:
                collector.spans += scope.spans
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as collector:
        thread = threading.Thread(target=collector.serve_forever)
        thread.start()
        yield collector
        collector.shutdown()
        thread.join()


def test_each_answered_request_is_a_span(
    collector: Collector,
    problem: Problem,
    store: Store,
    tmp_path: Path,
    row: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(PLACE, f"http://127.0.0.1:{collector.server_port}")
    parent = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
    with running(problem, tmp_path, tmp_path) as url:
        httpx.post(f"{url}/predict", json={"rows": [row]}, headers=parent)
        httpx.post(f"{url}/predict", json={"rows": [{"distance": "a secret"}]})
    spans = {span.name: span for span in collector.spans}
    assert collector.services == {"flights"}
    assert [span.name for span in collector.spans] == ["POST /predict"] * 2
    first, second = collector.spans
    about = {one.key: one.value for one in first.attributes}
    assert about["http.response.status_code"].int_value == 200
    assert about["relevo.version"].int_value == 1
    assert first.trace_id.hex() == TRACE
    assert second.trace_id.hex() != TRACE
    assert first.start_time_unix_nano < first.end_time_unix_nano
    assert "secret" not in str(spans)


def test_nothing_is_sent_unless_it_is_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PLACE, raising=False)
    assert tracing("flights") is None


def test_the_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PLACE, "http://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(MissingExtra) as caught:
        tracing("flights")
    assert "relevo[otel]" in caught.value.parts("en")["todo"]
