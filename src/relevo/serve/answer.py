"""`answer`: a response of JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.responses import Response

_encode = msgspec.json.Encoder().encode


def answer(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A response of JSON; numbers that JSON lacks (NaN, infinity) become null."""
    return Response(_encode(content), status, headers, "application/json")
