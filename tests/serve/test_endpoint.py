from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from relevo.serve.service import Service


@pytest.mark.parametrize(("lang", "word"), [("en", "One of"), ("es", "Una de")])
def test_an_unknown_path_is_said(client: httpx.Client, lang: str, word: str) -> None:
    answered = client.get("/predikt", headers={"accept-language": lang})
    assert answered.status_code == 404
    assert answered.json()["expected"].startswith(f"{word} /predict")


@pytest.mark.parametrize("path", ["/predict/", "//predict", "/", "/%00", "/PREDICT"])
def test_a_path_is_taken_as_it_is(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("GET", "/predict", "POST"), ("POST", "/health", "GET, HEAD"), ("PATCH", "/labels", "POST")],
)
def test_a_wrong_method_is_said(client: httpx.Client, method: str, path: str, allowed: str) -> None:
    answered = client.request(method, path)
    assert answered.status_code == 405
    assert answered.headers["allow"] == allowed
    assert allowed in answered.json()["expected"]


def test_head_is_answered_where_get_is(client: httpx.Client) -> None:
    assert client.request("HEAD", "/health").status_code == 200


def test_a_fault_of_the_endpoint_is_an_answer_too(
    client: httpx.Client,
    service: Service,
    row: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(service.models, "champion", SimpleNamespace(model=None))
    answered = client.post("/predict", json={"rows": [row]})
    assert answered.status_code == 500
    assert "fault of relevo's" in answered.json()["expected"]
    assert "AttributeError" in caplog.text
