"""`Tensor`: values as the protocol carries them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from relevo.serve.inference.datatype import Datatype


@dataclass(frozen=True)
class Tensor:
    """Values as the protocol carries them: one column, or a whole table.

    Attributes
    ----------
    name
        Of the column.
    datatype
        Of each value.
    shape
        `(n_rows,)` or `(n_rows, n_columns)`.
    values
        Row after row; None where one is missing.

    """

    name: str
    datatype: Datatype
    shape: tuple[int, ...]
    values: Sequence[Any]

    @property
    def n_rows(self) -> int:
        """How many rows it has."""
        return self.shape[0]

    @property
    def width(self) -> int:
        """How many values of each row it holds."""
        return self.shape[1] if len(self.shape) > 1 else 1
