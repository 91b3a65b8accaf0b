from __future__ import annotations

import httpx

import relevo


def test_health_says_which_version_serves(client: httpx.Client) -> None:
    assert client.get("/health").json() == {
        "status": "ready",
        "model": "flights",
        "version": 1,
        "log_waiting": 0,
        "trouble": [],
    }


def test_ping_and_version(client: httpx.Client) -> None:
    assert client.get("/ping").status_code == 200
    expected = {"model": "flights", "version": 1, "relevo": relevo.__version__}
    assert client.get("/version").json() == expected


def test_without_a_champion_nothing_is_ready(idle: httpx.Client) -> None:
    answered = idle.get("/health")
    assert answered.status_code == 503
    assert answered.json()["status"] == "not ready"
    [trouble] = answered.json()["trouble"]
    assert "relevo promote" in trouble["todo"]
    assert idle.get("/ping").status_code == idle.get("/version").status_code == 503
