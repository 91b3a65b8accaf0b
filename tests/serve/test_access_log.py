from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from relevo.problem.problem import Problem
from relevo.serve.access_log import Access, AccessLog
from relevo.serve.api_key import new_key
from relevo.serve.running import running
from relevo.serve.service import Service
from relevo.store import Store

AT = datetime(2013, 4, 1, 12, tzinfo=UTC).timestamp()


def access(path: str = "/predict", key: str = "the shop", method: str = "POST") -> Access:
    return Access(AT, method, path, 200, 0.0012, 345, key, "192.0.2.7", 1)


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "access.jsonl"


def test_a_line_says_who_asked_for_what(file: Path) -> None:
    log = AccessLog(file)
    log.note(access())
    log.note(Access(AT, "GET", "/health", 503, 0.0, 0, "", "", None))
    assert not file.exists()
    log.write()
    assert lines(file) == [
        {
            "at": "2013-04-01T12:00:00.000Z",
            "method": "POST",
            "path": "/predict",
            "status": 200,
            "ms": 1.2,
            "bytes": 345,
            "key": "the shop",
            "client": "192.0.2.7",
            "version": 1,
        },
        {
            "at": "2013-04-01T12:00:00.000Z",
            "method": "GET",
            "path": "/health",
            "status": 503,
            "ms": 0.0,
            "bytes": 0,
            "key": None,
            "client": None,
            "version": None,
        },
    ]
    assert file.stat().st_mode & 0o007 == 0


EVIL = '/\n{"status": 200}\r\x1b[2J\u2028\x7f\ud800"\\'


def test_nothing_that_comes_begins_a_line_or_moves_a_cursor(file: Path) -> None:
    log = AccessLog(file)
    log.note(access(EVIL, EVIL, EVIL))
    log.note(access("/" + "x" * 100_000))
    log.write()
    written = file.read_bytes()
    assert all(32 <= byte < 127 for byte in written.replace(b"\n", b""))
    first, second = lines(file)
    assert (first["path"], first["key"], first["method"]) == (EVIL, EVIL, EVIL)
    assert len(second["path"]) == 200


def test_a_file_may_be_moved_away(file: Path) -> None:
    log = AccessLog(file)
    log.note(access("/first"))
    log.write()
    file.rename(file.with_suffix(".1"))
    log.note(access("/second"))
    log.write()
    assert [one["path"] for one in lines(file)] == ["/second"]
    assert [one["path"] for one in lines(file.with_suffix(".1"))] == ["/first"]


def test_what_cannot_be_written_is_said_once_and_written_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "logs"
    log = AccessLog(folder / "access.jsonl")
    for path in ("/first", "/second"):
        log.note(access(path))
        log.write()
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert "logs" in caplog.text
    folder.mkdir()
    log.write()
    log.write()
    assert [one["path"] for one in lines(folder / "access.jsonl")] == ["/first", "/second"]


def test_what_is_too_much_is_counted(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("relevo.serve.access_log._MOST_WAITING", 2)
    log = AccessLog(file)
    for _ in range(5):
        log.note(access())
    log.write()
    assert len(lines(file)) == 3
    assert lines(file)[-1] == {"dropped": 3}


def test_without_a_file_nothing_is_kept() -> None:
    log = AccessLog(None)
    log.start()
    log.note(access())
    log.write()
    log.stop()


def test_a_request_does_not_fail_for_it(
    client: httpx.Client, service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.notes.access, "_file", tmp_path)  # a folder
    assert client.get("/health").status_code == 200
    service.notes.access.write()


def test_over_http_rows_and_queries_stay_out(
    problem: Problem, store: Store, tmp_path: Path, row: dict[str, Any], file: Path
) -> None:
    record, key = new_key("the shop", "admin", datetime.now(UTC))
    store.put_key(record)
    limits = problem.serve.model_copy(update={"access_log": str(file)})
    logging_problem = problem.model_copy(update={"serve": limits})
    with (
        running(logging_problem, tmp_path, tmp_path) as url,
        httpx.Client(base_url=url, headers={"x-api-key": key}) as client,
    ):
        answered = client.post("/predict?explain=1&x=secret", json={"rows": [row]})
        client.get("/no%0Awhere", headers={"x-api-key": ""})
    predicted, lost = lines(file)
    assert {name: predicted[name] for name in ("method", "path", "status", "key", "version")} == {
        "method": "POST", "path": "/predict", "status": 200, "key": "the shop", "version": 1,
    }  # fmt: skip
    assert predicted["bytes"] == len(answered.content)
    assert predicted["client"] == "127.0.0.1"
    assert predicted["ms"] > 0
    assert (lost["path"], lost["status"], lost["key"]) == ("/no\nwhere", 401, None)
    assert not any(word in file.read_text() for word in ("secret", "B6", "explain", key))
