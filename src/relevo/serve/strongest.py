"""`strongest`: the reasons behind predictions, for rows as JSON gives them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl

from relevo.data.category_text import category_text
from relevo.data.contract import ColumnContract, ColumnType, Contract
from relevo.explain.reasons import Reason, reasons
from relevo.model.model import Model
from relevo.prepare.moment import as_time


def strongest(
    model: Model, rows: Sequence[Mapping[str, Any]], n: int, lang: str
) -> list[Sequence[Reason]]:
    """The `n` strongest reasons of each row; the rows keep the contract."""
    found = reasons(model, _frame(rows, model.contract), n=n, lang=lang)
    return [of_row.reasons for of_row in found]


def _frame(rows: Sequence[Mapping[str, Any]], contract: Contract) -> pl.DataFrame:
    return pl.DataFrame([_series(rows, column) for column in contract.required])


def _series(rows: Sequence[Mapping[str, Any]], column: ColumnContract) -> pl.Series:
    # JSON may mix 1, 1.5 and "1" in a column, and times with and without a zone; a series may not.
    read, dtype = _READS[column.type]
    values = [row.get(column.name) for row in rows]
    return pl.Series(column.name, [None if v is None else read(v) for v in values], dtype=dtype)


_READS: dict[ColumnType, tuple[Callable[[Any], Any], pl.DataType]] = {
    "number": (float, pl.Float64()),
    "boolean": (bool, pl.Boolean()),
    "category": (category_text, pl.String()),
    "text": (str, pl.String()),
    "date": (as_time, pl.Datetime("us")),
    "datetime": (as_time, pl.Datetime("us")),
}
