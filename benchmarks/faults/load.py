"""Requests at a steady rate from many connections, whatever becomes of them; each is remembered."""

from __future__ import annotations

import itertools
import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from serving_client import complete, percentile

NO_ANSWER = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """One request.

    Attributes
    ----------
    row
        Which of the requests was sent.
    due_at
        When it was to be sent, by `time.perf_counter`.
    seconds
        From then to the end of the answer.
    status
        Of the answer; 0 when none came, or not the whole of it.
    prediction_id, version, score
        What the answer says, where its status is 200.

    """

    row: int
    due_at: float
    seconds: float
    status: int
    prediction_id: str = ""
    version: int = 0
    score: float = 0.0


class Load:
    """Asks from entering a `with` block until it is left.

    Parameters
    ----------
    port, requests
        Who is asked, and with which bytes, in turn.
    rate
        Requests per second.
    connections
        How many requests may be under way at once.
    patience_s
        After how long an answer is given up.

    """

    def __init__(
        self,
        port: int,
        requests: Sequence[bytes],
        rate: float,
        connections: int = 16,
        patience_s: float = 15,
    ) -> None:
        self.answers: list[Answer] = []
        self._port = port
        self._requests = requests
        self._rate = rate
        self._patience_s = patience_s
        self._turns = itertools.count()
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(connections)]

    def __enter__(self) -> Load:
        self._started = time.perf_counter()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _ask(self) -> None:
        connection: socket.socket | None = None
        while True:
            turn = next(self._turns)
            due = self._started + turn / self._rate
            if self._stopping.wait(max(0.0, due - time.perf_counter())):
                break
            row = turn % len(self._requests)
            try:
                connection = connection or self._connected()
                came = _exchange(connection, self._requests[row])
                self.answers.append(_answered(row, due, came))
            except OSError:
                self.answers.append(Answer(row, due, time.perf_counter() - due, NO_ANSWER))
                if connection is not None:
                    connection.close()
                connection = None
        if connection is not None:
            connection.close()

    def _connected(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self._port), timeout=self._patience_s)


def acknowledged(answers: Iterable[Answer]) -> list[str]:
    """The ids of the predictions that were answered 200."""
    return [answer.prediction_id for answer in answers if answer.status == 200]


def statuses(answers: Iterable[Answer]) -> dict[str, int]:
    """How many answers had each status; `none` for those that never came."""
    counts = Counter(answer.status for answer in answers)
    return {str(status or "none"): counts[status] for status in sorted(counts)}


def between(answers: Iterable[Answer], start: float, end: float) -> list[Answer]:
    return [answer for answer in answers if start <= answer.due_at < end]


def p99_ms(answers: Iterable[Answer]) -> float:
    """The 99th percentile of the answered ones' milliseconds."""
    spent = sorted(answer.seconds for answer in answers if answer.status == 200)
    return 1e3 * percentile(spent, 0.99) if spent else float("nan")


def _exchange(connection: socket.socket, sent: bytes) -> bytes:
    connection.sendall(sent)
    came = b""
    while not complete(came):
        part = connection.recv(1 << 14)
        if not part:
            raise ConnectionError("closed before the whole answer")
        came += part
    return came


def _answered(row: int, due: float, came: bytes) -> Answer:
    seconds, status = time.perf_counter() - due, int(came[9:12])
    if status != 200:
        return Answer(row, due, seconds, status)
    answer = json.loads(came.partition(b"\r\n\r\n")[2])
    first = answer["predictions"][0]
    score = first["probabilities"]["yes"]
    return Answer(row, due, seconds, status, first["id"], answer["version"], score)
