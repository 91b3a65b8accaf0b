from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from relevo.serve.service import Service
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
