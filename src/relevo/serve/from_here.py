"""`from_here`: whether a request was made on this machine, by a program that its user runs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

Headers = Iterable[tuple[bytes, bytes]]
"""Names in lower case and values, as ASGI has them."""

Client = tuple[str, int] | None
"""Address and port of a caller, as ASGI has them."""


def from_here(headers: Headers, client: Client) -> bool:
    """Whether a request comes from this machine, and not from a web site by way of a browser.

    A page of any web site may send requests to the machine that shows it; a browser says so in
    `Origin`, or, when the site's name was made to lead here ("DNS rebinding"), in `Host`.
    """
    if client is None or not is_loopback(client[0]):
        return False
    named = dict(headers)
    host, origin = named.get(b"host", b""), named.get(b"origin")
    return _is_local(host) and (origin is None or origin.partition(b"://")[2] == host)


@lru_cache(maxsize=1024)
def is_loopback(address: str) -> bool:
    """Whether an address leads nowhere but to this machine.

    Examples
    --------
    >>> [is_loopback(address) for address in ("127.0.0.1", "::1", "0.0.0.0", "10.1.2.3")]
    [True, True, False, False]

    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return (mapped or parsed).is_loopback


@lru_cache(maxsize=256)
def _is_local(host: bytes) -> bool:
    # An address, or a name that no server of public names can give.
    name = host.decode("latin-1").lower()
    name = name.partition("]")[0][1:] if name.startswith("[") else name.partition(":")[0]
    return "." not in name or name.endswith(".localhost") or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        return bool(ip_address(name))
    except ValueError:
        return False
