"""`Arrived`: rows that came, and how the model sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from relevo.data.row_check import RowFinding
from relevo.model.model import Vector


@dataclass(frozen=True)
class Arrived:
    """Rows that may be scored, all of one request.

    Attributes
    ----------
    rows
        As they came, for the log: anything that JSON can be made of.
    names
        The user's own name of each row, where it has one.
    mended
        What the model is to know of each row: the same rows, unless something was replaced.
    seen
        Each of these prepared for the model, shape `(n_features,)`.
    warnings
        What was remarked about each row; empty when nothing was about any.

    """

    rows: Sequence[Any]
    names: Sequence[str | None]
    mended: Sequence[Any]
    seen: Sequence[Vector]
    warnings: Sequence[Sequence[RowFinding]] = ()

    def __len__(self) -> int:
        return len(self.rows)
