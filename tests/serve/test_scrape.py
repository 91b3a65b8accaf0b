from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from relevo.serve.metrics import Metrics
from relevo.serve.snapshots import METRICS, Snapshots
from relevo.store import Store
from relevo.store.records import SignalRecord


def figures(client: httpx.Client) -> dict[str, float]:
    answered = client.get("/metrics")
    assert answered.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in answered.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_what_happened_is_counted(
    client: httpx.Client, predict: Callable[..., Any], row: dict[str, Any]
) -> None:
    predict(row, row)
    client.post("/predict", json={"rows": [row, {}]})
    client.get("/nowhere")
    found = figures(client)
    assert found['relevo_requests_total{route="/predict",status="200"}'] == 1
    assert found['relevo_requests_total{route="/predict",status="422"}'] == 1
    assert found['relevo_requests_total{route="unknown",status="404"}'] == 1
    assert found['relevo_predictions_total{version="1"}'] == 2
    assert found['relevo_refused_rows_total{rule="missing"}'] == 1
    assert found['relevo_request_seconds_count{route="/predict"}'] == 2
    assert found['relevo_prediction_seconds_count{version="1"}'] == 1
    assert found["relevo_log_waiting"] == 0
    assert found["relevo_model_version"] == 1


def test_the_newest_watch_is_shown(client: httpx.Client, store: Store) -> None:
    shifted = SignalRecord("drift", "distance", 0.7, 0.001, alarm=True)
    store.add_signals(datetime(2013, 4, 1, tzinfo=UTC), [shifted])
    assert figures(client)['relevo_drift{kind="drift",column="distance"}'] == 0.7


def test_what_other_processes_counted_is_added(
    client: httpx.Client, predict: Callable[..., Any], tmp_path: Path, row: dict[str, Any]
) -> None:
    other = Metrics()
    other.add("predictions_total", 5, version=1)
    Snapshots(tmp_path / METRICS, "another", other).write()
    (tmp_path / METRICS / "broken.json").write_text("{")
    predict(row)
    assert figures(client)['relevo_predictions_total{version="1"}'] == 6


def test_without_a_champion_there_are_figures_too(idle: httpx.Client) -> None:
    found = figures(idle)
    assert found["relevo_ready"] == 0
    assert "relevo_model_version" not in found
