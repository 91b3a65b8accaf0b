"""`chosen`: which of the models that stand side by side answers a request."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from relevo.serve.header import header
from relevo.serve.keys import key_text
from relevo.serve.scorer import Scorer

if TYPE_CHECKING:
    from relevo.serve.service import Service

PINNING = b"x-relevo-version"


async def chosen(service: Service, request: Request, rows: Sequence[Any]) -> Scorer:
    """The version that the request asks for; else the one drawn by the name of its first row.

    A whole request is answered by one version.

    Raises
    ------
    Refusal
        422 when it asks for a version that does not stand side by side, 503 when none serves.

    """
    pin = header(request.scope, PINNING)
    if pin:
        return await asyncio.to_thread(service.models.pinned, pin.decode("latin-1"))
    if not service.models.canaries:
        return service.models.serving()
    return service.models.drawn(_name(service, rows[0]) or token_hex(8))


def _name(service: Service, row: Any) -> str | None:
    column = service.problem.roles.id
    return key_text(row.get(column)) if column and isinstance(row, dict) else None
