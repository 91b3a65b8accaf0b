"""Callers who are too slow, or too many, over real sockets."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from relevo.problem.problem import Problem
from relevo.serve.running import running


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, stores: dict[str, Path]) -> Iterator[str]:
    """An endpoint with little patience."""
    folder = tmp_path_factory.mktemp("late") / "impatient"
    shutil.copytree(stores["late"], folder)
    problem = Problem.model_validate(
        {
            "name": "flights",
            "task": "classification",
            "target": "late",
            "data": {"path": "flights.parquet"},
            "serve": {"timeout_seconds": 0.5, "max_body_mb": 0.1},
        }
    )
    with running(problem, folder, folder) as url:
        yield url


def connect(url: str) -> socket.socket:
    host, port = url.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)))
    connection.settimeout(60)
    return connection


def answer(connection: socket.socket) -> tuple[int, dict[str, Any]]:
    """What is said before the connection is closed."""
    said = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = said.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


@pytest.mark.parametrize(
    "beginning",
    [
        b"",
        b"POST /predict HT",
        b"POST /predict HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{",
        b"GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\n",
    ],
)
def test_a_request_that_does_not_come_in_time_is_ended(url: str, beginning: bytes) -> None:
    with connect(url) as slow:
        slow.sendall(beginning)
        if b"\r\n\r\nGET" in beginning:
            assert slow.recv(65536).startswith(b"HTTP/1.1 200")
        status, said = answer(slow)
    assert status == 408
    assert "0.5" in said["expected"]


def test_a_head_without_an_end_is_refused(url: str) -> None:
    said, sent = b"", 0
    with connect(url) as flood, suppress(ConnectionError):  # what is not read may be cut off
        flood.sendall(b"GET /health HTTP/1.1\r\n")
        while sent < 5_000_000:
            flood.sendall(b"X-A: %s\r\n" % (b"a" * 1000))
            sent += 1000
        said = flood.recv(65536)
    assert said[:12] in (b"", b"HTTP/1.1 431")
    assert sent < 5_000_000


@pytest.mark.parametrize(
    "nonsense", [b"\x16\x03\x01\x02\x00", b"BREW / HTTP/9\r\n\r\n", b"\0" * 99]
)
def test_what_is_not_http_is_told(url: str, nonsense: bytes) -> None:
    with connect(url) as other:
        other.sendall(nonsense + b"\r\n\r\n")
        status, said = answer(other)
    assert status == 400
    assert {"error", "came", "expected", "todo"} == set(said)


def test_meanwhile_others_are_answered(url: str) -> None:
    waiting = [connect(url) for _ in range(200)]
    assert httpx.get(f"{url}/health").status_code == 200
    for one in waiting:
        one.close()


def test_a_connection_may_rest_between_requests(url: str) -> None:
    with httpx.Client(base_url=url) as client:
        assert client.get("/health").status_code == 200
        with connect(url) as slow:
            assert answer(slow)[0] == 408  # as long as a request may take
        assert client.get("/health").status_code == 200
