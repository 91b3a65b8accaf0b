"""The endpoint as it runs: a process of its own, real sockets, real signals."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from relevo.problem.problem import Problem
from relevo.serve.scribe import settle
from relevo.store import Store
from relevo.store.records import DecisionRecord

Row = dict[str, Any]


def promote(store: Store, version: int) -> None:
    at = store.version(version).created_at
    store.move_alias("champion", version, DecisionRecord("promote", "", None, None, {}, at))


class Server:
    """A process that serves, and where it does."""

    def __init__(self, process: subprocess.Popen[str], settings: dict[str, Any]) -> None:
        self.process = process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(settings) + "\n")
        process.stdin.flush()
        self.url = json.loads(process.stdout.readline() or "{}").get("ready", "")

    def ask(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=60)

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def connect(self) -> socket.socket:
        host, port = self.url.removeprefix("http://").split(":")
        return socket.create_connection((host, int(port)))


Start = Callable[..., Server]


@pytest.fixture
def start(problem: Problem, store: Store, tmp_path: Path) -> Iterator[Start]:
    """Starts a server of the store, whose champion is quick to load; none outlives the test."""
    promote(store, 2)
    with ExitStack() as running:

        def start() -> Server:
            pipe = subprocess.PIPE
            process = running.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "relevo.serve.running"],
                    stdin=pipe,
                    stdout=pipe,
                    stderr=pipe,
                    text=True,
                )
            )
            running.callback(process.kill)
            settings = {
                "problem": problem.model_dump(mode="json"),
                "where": str(tmp_path),
                "folder": str(tmp_path),
                "host": "127.0.0.1",
                "port": 0,
                "lang": "en",
            }
            return Server(process, settings)

        yield start


class Load:
    """Threads that post rows as fast as they are answered, until the server is gone."""

    def __init__(self, server: Server, row: Row, threads: int = 4) -> None:
        self.answered: list[Row] = []
        self.refused: list[httpx.Response] = []
        self.stopping = threading.Event()
        self.enough = threading.Event()
        self._wanted = 0
        self._threads = [
            threading.Thread(target=self._post, args=(server, row)) for _ in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def wait_for(self, more: int) -> None:
        """Return when so many more requests are answered."""
        self.enough.clear()
        self._wanted = len(self.answered) + more
        assert self.enough.wait(60)

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def _post(self, server: Server, row: Row) -> None:
        with suppress(httpx.TransportError), server.ask() as client:
            while not self.stopping.is_set():
                answered = client.post("/predict", json={"rows": [row]})
                if answered.status_code != 200:
                    self.refused.append(answered)
                    return
                self.answered.append(answered.json())
                if len(self.answered) >= self._wanted:
                    self.enough.set()

    @property
    def ids(self) -> set[str]:
        return {one["predictions"][0]["id"] for one in self.answered}


def kept(store: Store, folder: Path) -> set[str]:
    settle(store, folder)
    return {record.prediction_id for record in store.predictions()}


def test_what_was_answered_survives_a_kill(
    start: Start, store: Store, tmp_path: Path, row: Row
) -> None:
    server = start()
    load = Load(server, row)
    load.wait_for(100)
    server.signal(signal.SIGKILL)
    load.join()
    assert server.process.wait() == -signal.SIGKILL
    assert len(load.ids) >= 100
    assert load.ids <= kept(store, tmp_path)
    with start().ask() as client:
        answered = client.post("/predict", json={"rows": [row]}).json()
        assert answered["version"] == 2
        assert answered["predictions"][0]["id"] in kept(store, tmp_path)


def test_a_swap_under_load_loses_no_request(
    start: Start, store: Store, tmp_path: Path, row: Row
) -> None:
    server = start()
    load = Load(server, row, threads=2)
    for version in (1, 2, 1):
        load.wait_for(20)
        promote(store, version)
        with server.ask() as client:
            while client.get("/version").json()["version"] != version:
                pass
    load.wait_for(20)
    load.stopping.set()
    load.join()
    assert load.refused == []
    assert {one["version"] for one in load.answered} == {1, 2}
    assert load.answered[-1]["version"] == 1
    assert load.ids == kept(store, tmp_path)
    shares = {
        (one["version"], one["predictions"][0]["probabilities"]["yes"]) for one in load.answered
    }
    assert len(shares) == 2  # no answer mixes two models


def test_a_stop_answers_what_has_come(start: Start, store: Store, tmp_path: Path, row: Row) -> None:
    server = start()
    load = Load(server, row)
    load.wait_for(20)
    body = json.dumps({"rows": [row]}).encode()
    with server.connect() as slow:
        head = f"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
        slow.sendall(head.encode() + body[:10])
        load.wait_for(20)  # by then the half request has been seen
        server.signal(signal.SIGTERM)
        with suppress(ConnectionRefusedError, ConnectionResetError):  # reset: while it closes
            while True:
                server.connect().close()
        slow.sendall(body[10:])
        answer = b"".join(iter(lambda: slow.recv(65536), b""))
    load.join()
    assert server.process.wait() == 0
    assert answer.startswith(b"HTTP/1.1 200")
    late = json.loads(answer.split(b"\r\n\r\n", 1)[1])["predictions"][0]["id"]
    assert load.refused == []
    assert load.ids | {late} <= kept(store, tmp_path)


def test_a_champion_that_cannot_be_loaded_is_a_mistake(
    start: Start, store: Store, tmp_path: Path
) -> None:
    record = store.version(2)
    number = store.reserve_version(record.created_at)
    folder = str(tmp_path / "nowhere")
    store.add_version(type(record)(**{**vars(record), "version": number, "folder": folder}))
    promote(store, number)
    _, said = start().process.communicate()
    assert "nowhere" in said
    assert "Traceback" not in said


def test_callers_who_misbehave_do_no_harm(start: Start, row: Row) -> None:
    server = start()
    with server.connect() as hangs_up:
        hangs_up.sendall(b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{")
    with server.ask() as client:
        for content in (b" " * 20_000_000, iter([b" " * 1_000_000] * 20)):
            assert client.post("/predict", content=content).status_code == 413
        assert client.post("/predict", json={"rows": [row]}).status_code == 200
    server.signal(signal.SIGINT)
    _, said = server.process.communicate()
    assert server.process.returncode == 0
    assert "Traceback" not in said


def test_the_process_that_holds_the_port_needs_no_tables() -> None:
    code = (
        "import sys, relevo.serve.server, relevo.cycle.serve; "
        "sys.exit({'numpy', 'polars', 'uvicorn', 'lightgbm'} & set(sys.modules) != set())"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
