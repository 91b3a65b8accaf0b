from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from contextlib import suppress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relevo.serve.inflate import inflate
from relevo.serve.refusal import Refusal

PACKED = gzip.compress(b"{}", mtime=0)


@pytest.mark.parametrize(
    ("encoding", "compress"),
    [
        ("gzip", gzip.compress),
        ("X-GZIP ", gzip.compress),
        ("deflate", zlib.compress),
        ("identity", bytes),
        ("", bytes),
    ],
)
@given(body=st.binary())
def test_what_was_compressed_comes_back(
    encoding: str, compress: Callable[[bytes], bytes], body: bytes
) -> None:
    assert inflate(compress(body), encoding.encode(), limit=len(body)) == body


def test_a_bomb_is_inflated_to_just_over_the_limit() -> None:
    assert len(inflate(gzip.compress(b" " * 10_000_000), b"gzip", limit=1000)) == 1001


@pytest.mark.parametrize("body", [b"", b"{}", PACKED[:-1], PACKED + b"!", b"\x1f\x8b\x08"])
def test_what_is_not_compressed_is_refused(body: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        inflate(body, b"gzip", limit=100)
    assert refused.value.status == 422
    assert all(refused.value.mistake.parts("es").values())


@given(body=st.binary(), encoding=st.sampled_from(["gzip", "deflate", "br"]))
def test_any_bytes_are_inflated_or_refused(body: bytes, encoding: str) -> None:
    with suppress(Refusal):
        assert len(inflate(body, encoding.encode(), limit=100)) <= 101


@pytest.mark.parametrize("path", ["/predict", "/invocations", "/v2/models/flights/infer"])
def test_the_endpoint_takes_what_is_compressed(client: httpx.Client, path: str) -> None:
    def post(body: bytes, encoding: str) -> httpx.Response:
        return client.post(path, content=body, headers={"content-encoding": encoding})

    assert "JSON" in post(gzip.compress(b"{"), "gzip").json()["came"]
    assert post(gzip.compress(b" " * 1_000_000), "gzip").status_code == 413
    assert post(b"{}", "br").status_code == 415
    assert post(b"{}", "gzip").status_code == 422
