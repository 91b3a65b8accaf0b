from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from relevo.model.model import Model, Vector
from relevo.serve.models import warmed
from relevo.serve.scorer import Scorer

Row = dict[str, Any]


def prepared(scorer: Scorer, row: Row) -> Vector:
    return scorer.model.preparation.row(row)


@pytest.fixture
def slow(late_models: Path) -> Scorer:
    """A model that is taken to be slow, so that its rows queue."""
    scorer = warmed(late_models / "v1", 1)
    scorer.row_seconds = 1.0
    return scorer


@pytest.fixture
def matrices(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows were scored together, each time."""
    sizes: list[int] = []
    answers = Model.answers

    def note(model: Model, rows: Any) -> Any:
        sizes.append(len(rows))
        return answers(model, rows)

    monkeypatch.setattr(Model, "answers", note)
    return sizes


def test_rows_that_queue_are_scored_together(slow: Scorer, matrices: list[int], row: Row) -> None:
    async def scenario() -> list[list[dict[str, Any]]]:
        rows = [prepared(slow, row | {"distance": 100.0 + n}) for n in range(30)]
        requests = [[one] * (1 + n % 3) for n, one in enumerate(rows)]
        first = asyncio.create_task(slow.predict(rows[:1]))
        await asyncio.sleep(0)
        return await asyncio.gather(first, *map(slow.predict, requests))

    _, *answers = asyncio.run(scenario())
    one_by_one = [slow.model.predict_row(row | {"distance": 100.0 + n}) for n in range(30)]
    expected = [[answer] * (1 + n % 3) for n, answer in enumerate(one_by_one)]
    assert [len(answer) for answer in answers] == [len(answer) for answer in expected]
    for found, wanted in zip(answers, expected, strict=True):
        for one, other in zip(found, wanted, strict=True):
            assert one["probabilities"] == pytest.approx(other["probabilities"], abs=1e-12)
    assert sum(matrices) == 61
    assert len(matrices) <= 3


def test_one_request_that_fails_is_not_the_others_failure(slow: Scorer, row: Row) -> None:
    async def scenario() -> list[Any]:
        fine = prepared(slow, row)
        requests = [[fine], [fine[:-1]], [fine]]
        return await asyncio.gather(*map(slow.predict, requests), return_exceptions=True)

    before, failed, after = asyncio.run(scenario())
    assert isinstance(failed, Exception)
    shares = slow.model.predict_row(row)["probabilities"]
    assert before[0]["probabilities"] == after[0]["probabilities"] == pytest.approx(shares)


def test_a_caller_who_leaves_is_not_waited_for(slow: Scorer, row: Row) -> None:
    async def scenario() -> list[dict[str, Any]]:
        leaving = asyncio.create_task(slow.predict([prepared(slow, row)]))
        staying = asyncio.create_task(slow.predict([prepared(slow, row)]))
        await asyncio.sleep(0)
        leaving.cancel()
        return await staying

    assert len(asyncio.run(scenario())) == 1
