"""`wanted_outputs`: which outputs a request asks for, and which of them in bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from relevo.serve.inference.outputs import Output
from relevo.serve.inference.parameters import flag_of, parameters_of
from relevo.serve.refusal import Refusal, invalid
from relevo.serve.shown import shown


@dataclass(frozen=True)
class WantedOutput:
    """An output that a request asks for.

    Attributes
    ----------
    output
        Which one.
    binary
        Whether its values come in bytes after the JSON.

    """

    output: Output
    binary: bool


def wanted_outputs(header: Mapping[str, Any], known: Mapping[str, Output]) -> list[WantedOutput]:
    """The outputs that a request names, in its order; all of them when it names none.

    Raises
    ------
    Refusal
        422 when one is not known, or comes twice.

    """
    default = flag_of(parameters_of(header), "binary_data_output", default=False)
    asked = header.get("outputs")
    if asked is None or asked == []:
        return [WantedOutput(output, default) for output in known.values()]
    if not isinstance(asked, list):
        raise _unknown(asked, known)
    wanted: dict[str, WantedOutput] = {}
    for item in asked:
        name = item.get("name") if isinstance(item, dict) else None
        if not isinstance(name, str) or name not in known or name in wanted:
            raise _unknown(item if name is None else name, known)
        binary = flag_of(parameters_of(item), "binary_data", default)
        wanted[name] = WantedOutput(known[name], binary)
    return list(wanted.values())


def _unknown(came: Any, known: Mapping[str, Output]) -> Refusal:
    return invalid("tensor.output", came=shown(came), known=", ".join(known))
