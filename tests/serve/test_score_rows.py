from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event

from relevo.serve.service import Service
from relevo.store import Store


@pytest.fixture
def store(store: Store) -> Store:
    """The store, but it waits for others for a moment only."""

    def hurry(connection: Any, _: object) -> None:
        connection.execute("PRAGMA busy_timeout = 10")

    engine = store._database.engine
    engine.dispose()
    event.listen(engine, "connect", hurry)
    return store


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_prediction_that_the_store_refuses_is_not_given(
    client: httpx.Client, service: Service, store: Store, tmp_path: Path, row: Any, lang: str
) -> None:
    other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answered = client.post("/predict", json={"rows": [row]}, headers={"accept-language": lang})
    assert answered.status_code == 503
    assert answered.headers["retry-after"] == "1"
    assert {"error", "came", "expected", "todo"} == set(answered.json())
    health = client.get("/health").json()
    assert health["status"] == "ready"
    assert len(health["trouble"]) == 1
    labels = client.post("/labels", json={"labels": [{"id": "f1", "target": "yes"}]})
    assert labels.status_code == 503
    other.execute("ROLLBACK")
    other.close()
    again = client.post("/predict", json={"rows": [row]})
    assert again.status_code == 200
    [kept] = store.predictions()
    assert kept.prediction_id == again.json()["predictions"][0]["id"]
    assert client.get("/health").json()["trouble"] == []
    assert "relevo_predictions_total 1\n" in client.get("/metrics").text
