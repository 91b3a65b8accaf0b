"""`parameters_of`: the parameters of a request, of a tensor, of an output that is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relevo.serve.refusal import invalid
from relevo.serve.shown import shown


def parameters_of(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """The object under `parameters`; empty when there is none.

    Raises
    ------
    Refusal
        422 when it is no object.

    """
    parameters = item.get("parameters")
    if parameters is None:
        return {}
    if not isinstance(parameters, dict):
        raise invalid("tensor.parameters", kind=type(parameters).__name__)
    return parameters


def flag_of(parameters: Mapping[str, Any], name: str, default: bool) -> bool:
    """A parameter that is true or false.

    Raises
    ------
    Refusal
        422 when it is something else.

    """
    value = parameters.get(name, default)
    if not isinstance(value, bool):
        raise invalid("tensor.flag", name=name, came=shown(value))
    return value
