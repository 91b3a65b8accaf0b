from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx


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
    assert found["relevo_predictions_total"] == 2
    assert found["relevo_refused_rows_total"] == 1
    assert found['relevo_request_seconds_count{route="/predict"}'] == 2
    assert found["relevo_log_waiting"] == 0
    assert found["relevo_model_version"] == 1


def test_without_a_champion_there_are_figures_too(idle: httpx.Client) -> None:
    found = figures(idle)
    assert found["relevo_ready"] == 0
    assert "relevo_model_version" not in found
