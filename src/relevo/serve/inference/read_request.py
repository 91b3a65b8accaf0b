"""`read_request`: a request for inference, from the bytes that came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from relevo.model.model import Model
from relevo.serve.body import decode_json_of_frames
from relevo.serve.inference.outputs import outputs_of
from relevo.serve.inference.read_tensors import read_tensors
from relevo.serve.inference.tensor_rows import tensor_rows
from relevo.serve.inference.wanted_outputs import WantedOutput, wanted_outputs
from relevo.serve.refusal import invalid
from relevo.serve.shown import shown

HEADER_LENGTH = "inference-header-content-length"


@dataclass(frozen=True)
class InferenceRequest:
    """What a request for inference asks.

    Attributes
    ----------
    request_id
        What the caller calls it, if anything.
    rows
        To be predicted, by the columns' names.
    outputs
        To be answered.

    """

    request_id: str | None
    rows: Sequence[dict[str, Any]]
    outputs: Sequence[WantedOutput]


def read_request(
    body: bytes, header_length: str | None, model: Model, most_rows: int
) -> InferenceRequest:
    """What a body asks of a model.

    Parameters
    ----------
    body
        JSON, and after it the bytes of tensors if there are any.
    header_length
        How many bytes of it are JSON, as the header says; None when all are.
    model
        Whose columns and outputs are named.
    most_rows
        The most that it may ask for.

    Raises
    ------
    Refusal
        422 when it is not as the protocol has it.

    """
    length = _length(header_length, body)
    header = decode_json_of_frames(body[:length])
    tensors = read_tensors(header, body[length:], most_rows)
    request_id = header.get("id")
    if not isinstance(request_id, str | None):
        raise invalid("tensor.request_id", came=shown(request_id))
    outputs = wanted_outputs(header, outputs_of(model))
    return InferenceRequest(request_id, tensor_rows(tensors, model.contract), outputs)


def _length(announced: str | None, body: bytes) -> int:
    if announced is None:
        return len(body)
    text = announced.strip()
    known = text.isascii() and text.isdecimal() and len(text) < 20
    if not (known and 0 < int(text) <= len(body)):
        raise invalid("tensor.header_length", came=shown(announced), size=len(body))
    return int(text)
