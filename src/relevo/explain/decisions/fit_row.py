"""`fit_row`: a row that keeps the contract, as the model sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from relevo.data.table import Table
from relevo.errors import DataMistake
from relevo.model.model import Model

_HINTS = 3


def fit_row(model: Model, row: Mapping[str, Any]) -> dict[str, Any]:
    """A value for each column that the model learns from; other columns are left out.

    Raises
    ------
    DataMistake
        When the row breaks the model's contract in a way that the endpoint refuses.

    """
    if not isinstance(row, Mapping):
        raise DataMistake("decision.no_row", kind=type(row).__name__)
    checked = model.check_row(row)
    found = [one for one in checked.findings if one.refuse and one.rule != "known"]
    if found:
        came = "; ".join(f"{one.column}: {one.got}" for one in found)
        expected = "; ".join(f"{one.column}: {one.expected}" for one in found)
        hint = "".join(one.hint() for one in found[:_HINTS])
        raise DataMistake("decision.unfit_row", found=came, wanted=expected, hint=hint)
    return {column.name: checked.row.get(column.name) for column in model.contract.required}


def fit_rows(
    model: Model, rows: pl.DataFrame | Mapping[str, Any] | Sequence[Mapping[str, Any]] | Any
) -> list[dict[str, Any]]:
    """The same of one mapping, or of one per row; a table is read as the model reads tables."""
    if isinstance(rows, Mapping):
        rows = [rows]
    if isinstance(rows, Sequence):
        return [fit_row(model, row) for row in rows]
    return model.predictors(Table.of(rows).data).to_dicts()
