from __future__ import annotations

import pytest

from relevo.serve.from_here import from_here, is_loopback

HERE = ("127.0.0.1", 50_000)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_addresses_of_this_machine_alone(address: str) -> None:
    assert is_loopback(address)


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "10.0.0.1", "::ffff:10.0.0.1", "", "x"])
def test_addresses_that_others_reach(address: str) -> None:
    assert not is_loopback(address)


@pytest.mark.parametrize(
    "host", [b"127.0.0.1:8000", b"localhost", b"[::1]:8000", b"endpoint", b"a.localhost:1", b""]
)
def test_a_program_of_this_machine(host: bytes) -> None:
    assert from_here([(b"host", host)], HERE)


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        (b"evil.example:8000", None),  # a name of theirs that leads here
        (b"evil.example:8000", b"http://evil.example:8000"),
        (b"127.0.0.1:8000", b"https://evil.example"),
        (b"127.0.0.1:8000", b"http://127.0.0.1:3000"),
        (b"127.0.0.1:8000", b"null"),
    ],
)
def test_a_web_site_in_a_browser_of_this_machine(host: bytes, origin: bytes | None) -> None:
    headers = [(b"host", host)] + ([(b"origin", origin)] if origin else [])
    assert not from_here(headers, HERE)


def test_our_own_page_in_a_browser() -> None:
    headers = [(b"host", b"localhost:8000"), (b"origin", b"http://localhost:8000")]
    assert from_here(headers, HERE)


@pytest.mark.parametrize("client", [("10.0.0.7", 1), ("2001:db8::1", 1), None])
def test_another_machine(client: tuple[str, int] | None) -> None:
    assert not from_here([(b"host", b"localhost")], client)
