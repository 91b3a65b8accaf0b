"""`reference_rows`: the rows that one decision is compared with, as the contract reads them."""

from __future__ import annotations

from typing import Any

import polars as pl

from relevo.data.conform import conform
from relevo.data.table import Table
from relevo.model.model import Model

_MOST_ROWS = 2_000


def reference_rows(model: Model, reference: Any, most: int = _MOST_ROWS) -> pl.DataFrame | None:
    """Rows such as the model was trained on, a sample of many; None when none are given.

    Raises
    ------
    DataMistake
        When they cannot be read, or lack a column that the model learns from.

    """
    if reference is None:
        return None
    rows = Table.of(reference).data
    rows = rows if rows.height <= most else rows.sample(most, seed=0)
    return conform(rows, model.contract)
