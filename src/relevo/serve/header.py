"""`header`: one header of a request."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any


def header(scope: MutableMapping[str, Any], name: bytes) -> bytes:
    """The value of the first header of this name, in lower case; empty when there is none.

    Examples
    --------
    >>> header({"headers": [(b"host", b"here"), (b"accept", b"*/*")]}, b"accept")
    b'*/*'

    """
    for key, value in scope["headers"]:
        if key == name:
            found: bytes = value
            return found
    return b""
