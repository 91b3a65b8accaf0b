"""`Scorer`: a model that answers requests: one row by the short way, queued rows together."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from relevo.errors import DataMistake
from relevo.model.model import Model, Vector
from relevo.serve.example_row import example_row
from relevo.serve.straight import Straight

Row = Mapping[str, Any]
Answers = list[dict[str, Any]]

# Less than this is done at once: to hand it to a thread and back costs about a tenth of it.
AT_ONCE_SECONDS = 0.0005
_MOST_ROWS_TOGETHER = 1_000
_WARMING_ROWS = 20


@dataclass(frozen=True)
class _Waiting:
    rows: Sequence[Vector]
    answers: asyncio.Future[Answers]


class Scorer:
    """A model, warmed, and the rows that wait for it.

    While a thread scores, requests queue; the next turn takes all of them together, as one matrix
    (Clipper's adaptive batching, Crankshaw et al., 2017, without its delay: an idle model never
    waits for company).

    Parameters
    ----------
    model
        The one that answers.

    Attributes
    ----------
    straight
        Reads the usual request.
    row_seconds
        What it takes to score one row.

    Raises
    ------
    Exception
        Whatever a broken model raises when it is asked for the first time.

    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self.straight = Straight(model)
        self.row_seconds = _warmed(model)
        self._queue: list[_Waiting] = []
        self._turns: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "scorer")

    @property
    def version(self) -> int:
        """The model's."""
        return self.model.version

    def answer(self, row: Row) -> dict[str, Any]:
        """The prediction of one row.

        Raises
        ------
        DataMistake
            When the row breaks the model's contract.

        """
        mended, findings = self.model.check_row(row)
        for found in findings:
            if found.refuse:
                about = {"column": found.column, "got": found.got, "expected": found.expected}
                raise DataMistake("serve.invalid_rows", row=0, **about)
        return self.model.predict_row(mended)

    def at_once(self, rows: int) -> bool:
        """Whether so many rows are scored on the spot, since others hardly notice."""
        return rows * self.row_seconds < AT_ONCE_SECONDS

    async def predict(self, rows: Sequence[Vector]) -> Answers:
        """The predictions of prepared rows, as `Model.answer` gives them."""
        if self.at_once(len(rows)):
            return [self.model.answer(row) for row in rows]
        waiting = _Waiting(rows, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        if self._turns is None:
            self._turns = asyncio.create_task(self._take_turns())
        return await waiting.answers

    async def _take_turns(self) -> None:
        try:
            while self._queue:
                together = self._next()
                rows = [row for one in together for row in one.rows]
                try:
                    answers = await self._in_thread(rows)
                except Exception:
                    await self._one_by_one(together)
                else:
                    _share_out(answers, together)
        finally:
            self._turns = None

    def _next(self) -> list[_Waiting]:
        taken, rows = 0, 0
        while taken < len(self._queue) and rows < _MOST_ROWS_TOGETHER:
            rows += len(self._queue[taken].rows)
            taken += 1
        together, self._queue = self._queue[:taken], self._queue[taken:]
        return together

    async def _one_by_one(self, together: Sequence[_Waiting]) -> None:
        # One request's row that cannot be scored is not to be the others' failure.
        for one in together:
            try:
                _share_out(await self._in_thread(one.rows), [one])
            except Exception as error:
                if not one.answers.done():
                    one.answers.set_exception(error)

    async def _in_thread(self, rows: Sequence[Vector]) -> Answers:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self.model.answers, rows)


def _share_out(answers: Answers, together: Sequence[_Waiting]) -> None:
    start = 0
    for one in together:
        stop = start + len(one.rows)
        if not one.answers.done():  # the caller has gone
            one.answers.set_result(answers[start:stop])
        start = stop


def _warmed(model: Model) -> float:
    """Ask a model in every way for the first time; gives the seconds that a row takes."""
    row = example_row(model.contract)
    model.check_row(row)
    prepared = model.preparation.row(row)
    model.answers([prepared])
    started = perf_counter()
    for _ in range(_WARMING_ROWS):
        model.answer(prepared)
    return (perf_counter() - started) / _WARMING_ROWS
