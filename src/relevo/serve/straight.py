"""`Straight`: the short way for the usual request: decoded, checked and prepared in one go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from relevo.data.contract import Contract
from relevo.data.row_type import row_type, row_values
from relevo.model.model import Model, Vector
from relevo.serve.arrived import Arrived
from relevo.serve.aside import LARGE
from relevo.serve.keys import key_text


class Straight:
    """Reads bodies of `/predict` whose rows keep the contract in every way.

    The contract is compiled to a type that JSON is decoded into. What does not decode takes the
    general way, which says what is wrong, if anything is.

    Parameters
    ----------
    model
        Whose rows are read.

    """

    def __init__(self, model: Model) -> None:
        contract = model.contract
        row = row_type(contract)
        body = row and msgspec.defstruct("Body", [("rows", list[row])], gc=False)  # type: ignore[valid-type]
        self._decode_row: Callable[[bytes | msgspec.Raw], Any] | None = (
            row and msgspec.json.Decoder(row).decode
        )
        self._decode: Callable[[bytes], Any] | None = body and msgspec.json.Decoder(body).decode
        self._values = row_values(contract)
        self._prepare = model.preparation.of_values(tuple(one.name for one in contract.required))
        self._name = _name_of_row(contract, model.problem.roles.id)

    def row(self, row: msgspec.Raw) -> Vector | None:
        """One row, prepared; None when it must take the general way."""
        if self._decode_row is None:
            return None
        try:
            return self._prepare(self._values(self._decode_row(row)))
        except msgspec.DecodeError:
            return None

    def read(self, body: bytes, most_rows: int) -> Arrived | None:
        """The rows of a body; None when it must take the general way."""
        if self._decode is None or len(body) > LARGE:
            return None
        try:
            rows = self._decode(body).rows
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        if not 0 < len(rows) <= most_rows:
            return None
        given = [self._name(row) for row in rows]
        names = [None if name is None else key_text(name) for name in given]
        if any(name is None and own is not None for name, own in zip(names, given, strict=True)):
            return None
        prepare, values = self._prepare, self._values
        return Arrived(rows, names, rows, [prepare(values(row)) for row in rows])


def _name_of_row(contract: Contract, column: str | None) -> Callable[[Any], Any]:
    names = [one.name for one in contract.required]
    names += [one.name for one in contract.columns if not one.required]
    if column is None or column not in names:
        return lambda row: None
    field = f"c{names.index(column)}"

    def name(row: Any) -> Any:
        found = getattr(row, field)
        return None if found is msgspec.UNSET else found

    return name
