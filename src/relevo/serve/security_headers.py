"""`security_headers`: what every answer tells a browser to leave alone."""

from __future__ import annotations

Pairs = tuple[tuple[bytes, bytes], ...]

# The pages of relevo.picture hold their style and nothing else: no script, no other place.
_CONTENT = (
    b"default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS: Pairs = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", _CONTENT),
)
TLS_HEADERS: Pairs = (
    *SECURITY_HEADERS,
    (b"strict-transport-security", b"max-age=31536000"),
)


def security_headers(scheme: str) -> Pairs:
    """The headers of an answer; a browser keeps to HTTPS once it was answered by it."""
    return TLS_HEADERS if scheme == "https" else SECURITY_HEADERS
