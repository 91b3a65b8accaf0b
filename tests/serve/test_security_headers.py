from __future__ import annotations

import httpx
import pytest

from relevo.serve.security_headers import security_headers


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/health"), ("GET", "/docs"), ("GET", "/nowhere"), ("PATCH", "/predict"),
     ("POST", "/predict"), ("GET", "/metrics")],
)  # fmt: skip
def test_every_answer_has_them(client: httpx.Client, method: str, path: str) -> None:
    headers = client.request(method, path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "strict-transport-security" not in headers


def test_a_browser_keeps_to_https_where_it_had_it() -> None:
    assert b"strict-transport-security" in dict(security_headers("https"))
    assert b"strict-transport-security" not in dict(security_headers("http"))


def test_the_page_shows_under_its_policy(client: httpx.Client) -> None:
    answered = client.get("/docs")
    policy = answered.headers["content-security-policy"]
    assert "<style>" in answered.text
    assert "style-src 'unsafe-inline'" in policy
    assert 'rel="icon" href="data:,"' in answered.text
    assert "img-src data:" in policy
    assert "script" not in policy  # default-src 'none' allows none, and the page has none
