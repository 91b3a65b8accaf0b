"""`serving`: the model that a path of the protocol names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request

from relevo.errors import DataMistake
from relevo.model.model import Model
from relevo.serve.refusal import Refusal
from relevo.serve.shown import shown

if TYPE_CHECKING:
    from relevo.serve.service import Service


def serving(service: Service, request: Request) -> Model:
    """The champion, when the path has its name, and its version if any.

    Raises
    ------
    Refusal
        404 for another name or version, 503 when there is no champion.

    """
    name, version = request.path_params["name"], request.path_params.get("version")
    if name != service.problem.name:
        known = service.problem.name
        raise Refusal(404, DataMistake("tensor.unknown_model", came=shown(name), known=known))
    model = service.champion.serving()
    if version not in (None, str(model.version)):
        raise Refusal(
            404,
            DataMistake("tensor.unknown_version", came=shown(version), known=model.version),
        )
    return model
