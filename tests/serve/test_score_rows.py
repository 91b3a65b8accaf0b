from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from relevo.problem.problem import Problem
from relevo.serve.service import Service
from relevo.store import Store
from relevo.store.records import PredictionRecord

Logged = Callable[[], list[PredictionRecord]]


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_prediction_that_cannot_be_kept_is_not_given(
    client: httpx.Client, service: Service, logged: Logged, row: Any, lang: str
) -> None:
    """The journal's file is taken away, as far as writing goes: every write fails."""
    file = service.journal._file
    handle, file._handle = file._handle, 2**20
    answered = client.post("/predict", json={"rows": [row]}, headers={"accept-language": lang})
    assert answered.status_code == 503
    assert answered.headers["retry-after"] == "1"
    assert {"error", "came", "expected", "todo"} == set(answered.json())
    health = client.get("/health").json()
    assert health["status"] == "ready"
    assert len(health["trouble"]) == 1
    file._handle = handle
    again = client.post("/predict", json={"rows": [row]})
    assert again.status_code == 200
    [kept] = logged()
    assert kept.prediction_id == again.json()["predictions"][0]["id"]
    assert client.get("/health").json()["trouble"] == []
    assert 'relevo_predictions_total{version="1"} 1\n' in client.get("/metrics").text


def test_a_share_of_the_predictions_is_logged(
    store: Store, problem: Problem, tmp_path: Path, logged: Logged, asks: Any, row: Any
) -> None:
    some = problem.serve.model_copy(update={"log_share": 0.25})
    service = Service.open(problem.model_copy(update={"serve": some}), store, tmp_path)
    with asks(service) as client:
        answered = client.post("/predict", json={"rows": [row] * 400})
        assert client.post("/predict", json={"rows": [row]}).status_code == 200
    ids = {one["id"] for one in answered.json()["predictions"]}
    kept = [one.prediction_id for one in logged() if one.prediction_id in ids]
    assert 70 <= len(kept) <= 130  # 100 expected, 8.7 the standard deviation
