"""`settled`: wait until the store has what was answered by now."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from relevo.serve.service import Service

_PATIENCE_SECONDS, _LOOK_SECONDS = 1.0, 0.005


async def settled(service: Service) -> None:
    """Return when the store has every prediction that was answered by now, or after a second."""
    waiting = await asyncio.to_thread(service.backlog.waiting)
    if waiting:
        await asyncio.to_thread(service.backlog.hurry)
    deadline = asyncio.get_running_loop().time() + _PATIENCE_SECONDS
    while waiting and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(_LOOK_SECONDS)
        if await asyncio.to_thread(service.backlog.has, waiting):
            return
