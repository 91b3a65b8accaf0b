"""`GET /v2` and below: what serves, in the protocol's words, and whether it is ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

import relevo
from relevo.model.model import Model
from relevo.serve.answer import answer
from relevo.serve.inference.described import inputs_described, outputs_described
from relevo.serve.inference.model_routes import model_routes
from relevo.serve.inference.serving import serving
from relevo.serve.refusal import Refusal, explained
from relevo.serve.route import Route
from relevo.serve.schema import PARTS, TEXT, WHOLE, Schema, array, content, record

if TYPE_CHECKING:
    from relevo.serve.service import Service

_EXTENSIONS = ["binary_tensor_data"]


async def server_metadata(service: Service, request: Request, lang: str) -> Response:
    """What serves, and what it speaks beyond the protocol."""
    return answer({"name": "relevo", "version": relevo.__version__, "extensions": _EXTENSIONS})


async def live(service: Service, request: Request, lang: str) -> Response:
    """That the process answers."""
    return answer({"live": True})


async def ready(service: Service, request: Request, lang: str) -> Response:
    """Whether a champion serves, and what is wrong when none does."""
    try:
        service.models.serving()
    except Refusal as refusal:
        body = {"ready": False, **explained(refusal.mistake, lang)}
        return answer(body, refusal.status, refusal.headers)
    return answer({"ready": True})


async def model_metadata(service: Service, request: Request, lang: str) -> Response:
    """The model's inputs and outputs."""
    champion = (await serving(service, request)).model
    return answer(
        {
            "name": service.problem.name,
            "versions": [str(champion.version)],
            "platform": "relevo",
            "inputs": inputs_described(champion.contract),
            "outputs": outputs_described(champion),
        }
    )


async def model_ready(service: Service, request: Request, lang: str) -> Response:
    """That the model serves; else a refusal."""
    await serving(service, request)
    return answer({"name": service.problem.name, "ready": True})


def _describe_server(model: Model | None, lang: str) -> Schema:
    body = record({"name": TEXT, "version": TEXT, "extensions": array(TEXT)})
    return {"responses": {"200": content(body)}}


def _describe_live(model: Model | None, lang: str) -> Schema:
    return {"responses": {"200": content(record({"live": {"const": True}}))}}


def _describe_ready(model: Model | None, lang: str) -> Schema:
    yes, no = record({"ready": {"const": True}}), record({"ready": {"const": False}, **PARTS})
    return {"responses": {"200": content(yes), "503": content(no)}}


def _describe_model(model: Model | None, lang: str) -> Schema:
    tensor = record({"name": TEXT, "datatype": TEXT, "shape": array(WHOLE)})
    body = record(
        {
            "name": TEXT,
            "versions": array(TEXT),
            "platform": TEXT,
            "inputs": array(tensor),
            "outputs": array(tensor),
        }
    )
    return {"responses": {"200": content(body)}}


def _describe_model_ready(model: Model | None, lang: str) -> Schema:
    return {"responses": {"200": content(record({"name": TEXT, "ready": {"const": True}}))}}


METADATA = (
    Route("GET", "/v2", "predict", server_metadata, "tensor.route.server", _describe_server),
    Route("GET", "/v2/health/live", None, live, "tensor.route.live", _describe_live),
    Route("GET", "/v2/health/ready", None, ready, "tensor.route.ready", _describe_ready),
    *model_routes("GET", "/ready", model_ready, "tensor.route.model_ready", _describe_model_ready),
    *model_routes("GET", "", model_metadata, "tensor.route.model", _describe_model),
)
