"""The usual prediction over real sockets: answered express, and otherwise just the same."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from relevo.serve.express import Arriving, Express
from relevo.serve.service import Service

Row = dict[str, Any]
HERE = (b"host", b"127.0.0.1")


def request(*rows: Row, path: str = "/predict", more: str = "") -> bytes:
    body = json.dumps({"rows": rows}).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


def connect(url: str) -> socket.socket:
    host, port = url.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)))
    connection.settimeout(60)
    return connection


def read(connection: socket.socket, answers: int) -> list[Any]:
    """The bodies of so many answers, in their order."""
    found, said = [], b""
    while len(found) < answers:
        head, mark, rest = said.partition(b"\r\n\r\n")
        if mark:
            lines = dict(line.lower().split(b": ") for line in head.split(b"\r\n")[1:])
            length = int(lines[b"content-length"])
            if len(rest) >= length:
                found.append((int(head.split()[1]), json.loads(rest[:length])))
                said = rest[length:]
                continue
        more = connection.recv(65536)
        assert more, said
        said += more
    return found


@pytest.mark.parametrize("special", ["Expect: 100-continue", "X-Relevo-Version: 2"])
def test_unusual_requests_take_the_general_way(url: str, row: Row, special: str) -> None:
    general = httpx.post(f"{url}/predict?explain=0", json={"rows": [row]})
    header = dict([special.split(": ")])
    usual, other = (
        httpx.post(f"{url}/predict", json={"rows": [row]}, headers=sent) for sent in ({}, header)
    )
    answers = [answer.json()["predictions"][0] for answer in (general, usual, other)]
    assert len({one["id"] for one in answers}) == 3
    assert answers[0]["probabilities"] == answers[1]["probabilities"] == answers[2]["probabilities"]
    assert general.headers.keys() == usual.headers.keys()


def test_what_breaks_the_contract_is_refused_as_ever(url: str, row: Row) -> None:
    broken = {"rows": [row | {"distance": "far"}]}
    usual, general = (httpx.post(url + path, json=broken) for path in ("/predict", "/predict?"))
    assert usual.status_code == general.status_code == 422
    assert usual.json() == general.json()


def test_requests_in_a_row_are_answered_in_their_order(url: str, row: Row) -> None:
    """Pipelined, usual and unusual ones mixed; the name of the flight tells them apart."""
    sent = [
        request(row),
        request(row, row),
        request(row | {"distance": "far"}),
        request(row),
        request(row, path="/predict?explain=1"),
        request(row, row, row),
    ]
    with connect(url) as connection:
        connection.sendall(b"".join(sent))
        answers = read(connection, len(sent))
    assert [status for status, _ in answers] == [200, 200, 422, 200, 200, 200]
    rows = [len(body.get("predictions", ())) for _, body in answers]
    assert rows == [1, 2, 0, 1, 1, 3]


def test_a_body_may_come_byte_by_byte(url: str, row: Row) -> None:
    with connect(url) as connection:
        for byte in request(row):
            connection.sendall(bytes([byte]))
        [(status, _)] = read(connection, 1)
        assert status == 200
        connection.sendall(request(row))
        assert read(connection, 1)[0][0] == 200


def test_a_connection_ends_when_the_caller_says_so(url: str, row: Row) -> None:
    with connect(url) as connection:
        connection.sendall(request(row, more="Connection: close\r\n"))
        said = b"".join(iter(lambda: connection.recv(65536), b""))
    assert said.startswith(b"HTTP/1.1 200")
    assert b"connection: close" in said


def test_who_leaves_before_the_answer_does_no_harm(url: str, row: Row) -> None:
    for _ in range(20):
        with connect(url) as connection:
            connection.sendall(request(row))
    assert httpx.post(f"{url}/predict", json={"rows": [row]}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        [HERE, (b"content-length", b"60000")],
        [HERE],
        [HERE, (b"content-length", b"9"), (b"content-encoding", b"gzip")],
        [HERE, (b"content-length", b"+9")],
    ],
)
def test_what_the_head_says_of_the_body_decides(
    service: Service, headers: list[tuple[bytes, bytes]]
) -> None:
    assert not Express(service, "http").is_usual(headers)


def test_nothing_is_answered_express_where_it_may_not_be(
    service: Service, row: Row, tmp_path: Path
) -> None:
    express = Express(service, "http")
    body = json.dumps({"rows": [row]}).encode()
    elsewhere = Arriving([HERE], ("10.1.2.3", 80), body, 0.0)
    nothing = Arriving([HERE], ("127.0.0.1", 80), b"{}", 0.0)
    for one in (elsewhere, nothing):
        assert not express.answer(one, lambda answer: pytest.fail("it was answered"))
    assert service.journal.waiting == 0
