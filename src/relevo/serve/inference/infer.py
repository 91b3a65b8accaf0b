"""`POST /v2/models/{name}/infer`: tensors in, tensors out, each prediction on disk before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from relevo.serve.answer import answer
from relevo.serve.answer_rows import AnsweredRow, answer_rows
from relevo.serve.aside import aside
from relevo.serve.body import read_bytes
from relevo.serve.chosen import chosen
from relevo.serve.inference.binary import encode
from relevo.serve.inference.describe_infer import describe_infer
from relevo.serve.inference.model_routes import model_routes
from relevo.serve.inference.read_request import HEADER_LENGTH, InferenceRequest, read_request
from relevo.serve.inference.serving import serving
from relevo.serve.inference.wanted_outputs import WantedOutput

if TYPE_CHECKING:
    from relevo.serve.service import Service

_encode = msgspec.json.Encoder().encode


async def infer(service: Service, request: Request, lang: str) -> Response:
    """The outputs of every row, or a refusal of all."""
    named = await serving(service, request)
    limits = service.problem.serve
    body = await read_bytes(request, limits.max_body_mb)
    length = request.headers.get(HEADER_LENGTH)
    asked = await aside(len(body), read_request, body, length, named.model, limits.max_rows)
    free = "version" not in request.path_params
    scorer = await chosen(service, request, asked.rows) if free else named
    model, rows = await answer_rows(service, scorer, asked.rows, lang)
    head = {"model_name": service.problem.name, "model_version": str(model.version)}
    return _response(head, asked, rows)


def _response(
    head: dict[str, Any], asked: InferenceRequest, rows: Sequence[AnsweredRow]
) -> Response:
    if asked.request_id is not None:
        head["id"] = asked.request_id
    described = [_described(wanted, rows) for wanted in asked.outputs]
    content = {**head, "outputs": [output for output, _ in described]}
    binary = b"".join(data for _, data in described)
    if not any(wanted.binary for wanted in asked.outputs):
        return answer(content)
    header = _encode(content)
    headers = {HEADER_LENGTH: str(len(header))}
    return Response(header + binary, 200, headers, "application/octet-stream")


def _described(wanted: WantedOutput, rows: Sequence[AnsweredRow]) -> tuple[dict[str, Any], bytes]:
    tensor = wanted.output.tensor(rows)
    output: dict[str, Any] = {
        "name": tensor.name,
        "datatype": tensor.datatype.name,
        "shape": tensor.shape,
    }
    if not wanted.binary:
        return {**output, "data": tensor.values}, b""
    data = encode(tensor.values, tensor.datatype)
    return {**output, "parameters": {"binary_data_size": len(data)}}, data


INFER = model_routes("POST", "/infer", infer, "tensor.route.infer", describe_infer)
