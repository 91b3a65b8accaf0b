from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.serve.body import decode_json_of_frames
from relevo.serve.refusal import Refusal

MB = 1_000_000


async def endless() -> AsyncIterator[bytes]:
    """A body without an announced length, which nobody may read to its end."""
    for _ in range(1000):
        yield b" " * 50_000
    raise AssertionError("the whole body was read")


@pytest.mark.parametrize(
    "path", ["/predict", "/labels", "/invocations", "/v2/models/flights/infer"]
)
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


def test_a_frame_as_python_writes_it_may_have_nan() -> None:
    body = json.dumps({"a": [float("nan"), 1.5, float("inf"), "NaN", "é\ud83d\ude00"]}).encode()
    assert decode_json_of_frames(body) == {"a": [None, 1.5, float("inf"), "NaN", "é😀"]}


@pytest.mark.parametrize(
    "body",
    [
        b"NaN,",
        b'["NaN", "\\ud800"]',
        b"[NaN, 1" + b"0" * 5000 + b"]",
        b"[" * 100_000 + b"NaN",
        '["NaN"]'.encode("utf-16"),
        b'["NaN\xff"]',
        b"[-NaN]",
        b"[nan]",
    ],
)
def test_what_is_no_json_in_utf_8_is_refused(body: bytes) -> None:
    with pytest.raises(Refusal):
        decode_json_of_frames(body)


@given(body=st.binary().map(lambda body: b"NaN" + body) | st.text().map(str.encode))
def test_any_body_is_read_or_refused(body: bytes) -> None:
    with suppress(Refusal):
        json.dumps(decode_json_of_frames(body), ensure_ascii=False).encode()
