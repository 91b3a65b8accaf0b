"""`Express`: the usual prediction, from bytes to bytes without a task, a scope or a queue.

Most requests are one row that keeps the contract, for the champion, by a caller who is known. They
are answered here; everything else gets False and takes the general way, which can say why.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from relevo.errors import StoreMistake
from relevo.serve.answer import Answer
from relevo.serve.aside import LARGE
from relevo.serve.chosen import PINNING
from relevo.serve.from_here import Client
from relevo.serve.header import header
from relevo.serve.language import asked_language
from relevo.serve.notes import Answered
from relevo.serve.refusal import Refusal, refused
from relevo.serve.score_rows import count, lines_of, named
from relevo.serve.security_headers import security_headers
from relevo.store.records import KeyRecord

if TYPE_CHECKING:
    from relevo.serve.service import Service

METHOD, PATH = b"POST", b"/predict"
_OK = 200
# What a request with one of these asks for is not usual.
_SPECIAL = {PINNING, b"content-encoding", b"transfer-encoding", b"expect", b"upgrade"}

_encode = msgspec.json.Encoder().encode

logger = logging.getLogger("relevo.serve")


class Arriving(NamedTuple):
    """A request in the express's hands.

    Attributes
    ----------
    headers, client
        As ASGI has them.
    body
        In full.
    started
        The `perf_counter` of its head.

    """

    headers: Sequence[tuple[bytes, bytes]]
    client: Client
    body: bytes
    started: float


class Express:
    """Answers usual predictions.

    Parameters
    ----------
    service
        What the general way stands on, too.
    scheme
        `http` or `https`.

    """

    def __init__(self, service: Service, scheme: str) -> None:
        self._service = service
        self._head = security_headers(scheme)

    def is_usual(self, headers: Sequence[tuple[bytes, bytes]]) -> bool:
        """Whether the head of a `POST /predict` is that of a usual request."""
        length = b""
        for name, value in headers:
            if name == b"content-length":
                length = value
            elif name in _SPECIAL:
                return False
        return length.isdigit() and int(length) <= LARGE

    def answer(self, request: Arriving, send: Callable[[Answer], None]) -> bool:
        """Answer a request, once its predictions are on disk; gives False when it is not usual.

        Parameters
        ----------
        request
            What came.
        send
            Takes the answer, later.

        """
        try:
            return self._answer(request, send)
        except Refusal:
            return False
        except Exception:  # the general way comes upon it, too, and answers for it
            logger.exception("express")
            return False

    def _answer(self, request: Arriving, send: Callable[[Answer], None]) -> bool:
        service = self._service
        champion = service.models.champion
        if champion is None or service.models.canaries:
            return False
        key = service.gate.known(request.headers, request.client)
        if key is None:
            return False
        arrived = champion.straight.read(request.body, service.problem.serve.max_rows)
        if arrived is None or not champion.at_once(len(arrived)):
            return False
        service.gate.let_in(key, request.client, "predict")
        answers = [champion.model.answer(row) for row in arrived.seen]
        scored = named(answers, arrived)
        lines = lines_of(service, champion.version, arrived, scored, request.started)
        shown = [{"id": one.prediction_id, **one.prediction} for one in scored]
        body = _encode(
            {"model": service.problem.name, "version": champion.version, "predictions": shown}
        )

        def kept(mistake: StoreMistake | None) -> None:
            answer = Answer(body)
            if mistake is not None:
                asked = header({"headers": request.headers}, b"accept-language")
                answer = refused(mistake, asked_language(asked, service.lang))
            answer.raw_headers.extend(self._head)
            send(answer)
            self._note(request, answer, key, champion.version, len(scored))

        service.journal.keep_and_tell(lines, len(scored), kept)
        return True

    def _note(
        self, request: Arriving, answer: Answer, key: KeyRecord, version: int, rows: int
    ) -> None:
        seconds = perf_counter() - request.started
        if answer.status_code == _OK:
            count(self._service.metrics, version, rows, seconds)
        size, came = len(answer.body), (request.headers, request.client)
        self._service.notes.note(
            Answered(
                "POST",
                "/predict",
                "/predict",
                answer.status_code,
                size,
                seconds,
                *came,
                key.name,
                version,
            )
        )
