"""`in_slices`: go through many rows without keeping other requests waiting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")

_SLICE = 100  # rows between two looks at other requests: a few milliseconds


async def in_slices(items: Sequence[Item]) -> AsyncIterator[tuple[int, Item]]:
    """Each item with its position; the event loop sees to other requests in between."""
    for position, item in enumerate(items):
        if position and position % _SLICE == 0:
            await asyncio.sleep(0)
        yield position, item
