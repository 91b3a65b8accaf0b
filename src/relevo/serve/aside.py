"""`aside`: read a large body without keeping other requests waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

LARGE = 50_000  # bytes: some milliseconds of reading, against 0.1 for the way to a thread

Given = ParamSpec("Given")
Read = TypeVar("Read")


async def aside(
    n_bytes: int, read: Callable[Given, Read], *given: Given.args, **named: Given.kwargs
) -> Read:
    """What `read` gives; it runs in a thread when there are many bytes to read."""
    if n_bytes <= LARGE:
        return read(*given, **named)
    return await asyncio.to_thread(read, *given, **named)
