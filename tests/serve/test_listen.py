from __future__ import annotations

import socket

import pytest

from relevo.errors import OptionMistake
from relevo.serve.listen import address, listen


def test_port_0_takes_a_free_one() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        assert address(listener) == f"http://127.0.0.1:{port}"
        with socket.create_connection(("127.0.0.1", port)), listener.accept()[0] as accepted:
            # On Linux and the BSDs a connection takes this over from the socket that listens.
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_port_in_use_is_said(lang: str) -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(OptionMistake) as caught:
            listen("127.0.0.1", port)
    assert caught.value.key == "serve.port_in_use"
    assert str(port) in caught.value.parts(lang)["came"]


@pytest.mark.parametrize(
    ("host", "port", "key"),
    [
        ("127.0.0.1", 70_000, "serve.no_port"),
        ("127.0.0.1", -1, "serve.no_port"),
        ("192.0.2.1", 0, "serve.bad_host"),  # TEST-NET-1 (RFC 5737): nobody's address
        ("no host", 0, "serve.bad_host"),
    ],
)
def test_what_cannot_be_had_is_said(host: str, port: int, key: str) -> None:
    with pytest.raises(OptionMistake) as caught:
        listen(host, port)
    assert caught.value.key == key
    assert host in str(caught.value) or str(port) in str(caught.value)
