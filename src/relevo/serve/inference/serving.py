"""`serving`: the model that a path of the protocol names."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.requests import Request

from relevo.errors import DataMistake
from relevo.serve.refusal import Refusal
from relevo.serve.scorer import Scorer
from relevo.serve.shown import shown

if TYPE_CHECKING:
    from relevo.serve.service import Service


async def serving(service: Service, request: Request) -> Scorer:
    """The model that the path names: the champion, or the version beside it that it asks for.

    Raises
    ------
    Refusal
        404 for another name or version, 503 when there is no champion.

    """
    name, version = request.path_params["name"], request.path_params.get("version")
    if name != service.problem.name:
        known = service.problem.name
        raise Refusal(404, DataMistake("tensor.unknown_model", came=shown(name), known=known))
    champion = service.models.serving()
    if version in (None, str(champion.version)):
        return champion
    beside = service.models.side_by_side
    if version not in map(str, beside):
        listed = ", ".join(map(str, beside))
        mistake = DataMistake("tensor.unknown_version", came=shown(version), known=listed)
        raise Refusal(404, mistake)
    return await asyncio.to_thread(service.models.pinned, version)
