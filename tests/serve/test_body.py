from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

MB = 1_000_000


async def endless() -> AsyncIterator[bytes]:
    """A body without an announced length, which nobody may read to its end."""
    for _ in range(1000):
        yield b" " * 50_000
    raise AssertionError("the whole body was read")


@pytest.mark.parametrize("path", ["/predict", "/labels"])
def test_a_body_over_the_limit_is_refused(client: httpx.Client, path: str) -> None:
    answered = client.post(path, content=b" " * MB)
    assert answered.status_code == 413
    assert "0.1 MB" in answered.json()["expected"]


def test_a_body_of_unknown_length_is_refused_while_it_is_read(client: httpx.Client) -> None:
    assert client.post("/predict", content=endless()).status_code == 413


def test_a_body_at_the_limit_is_read(client: httpx.Client, row: dict[str, Any]) -> None:
    body = httpx.Request("POST", "http://endpoint", json={"rows": [row]}).content
    answered = client.post("/predict", content=body.ljust(MB // 10))
    assert answered.status_code == 200
