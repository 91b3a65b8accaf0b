"""`column`: a column from Python's own values, as databases and dictionaries give them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from math import isnan
from typing import Any

import polars as pl


def column(name: str, values: Iterable[Any]) -> pl.Series:
    """A column of the type that holds all values: mixed numbers widen, anything else is text.

    Decimals become floats, and objects without a type of their own (UUID, addresses) their text;
    NaN beside texts is missing.

    Examples
    --------
    >>> column("a", [1, None, 2.5]).to_list()
    [1.0, None, 2.5]
    >>> column("b", [1, "two"]).to_list()
    ['1', 'two']
    >>> column("c", ["one", float("nan")]).to_list()
    ['one', None]

    """
    listed = list(values)
    if any(isinstance(value, Decimal) for value in listed):
        listed = [float(value) if isinstance(value, Decimal) else value for value in listed]
    series = pl.Series(name, listed, strict=False)
    if series.dtype == pl.Object:
        listed = [None if value is None else str(value) for value in listed]
        return pl.Series(name, listed, dtype=pl.String)
    if series.dtype == pl.String and any(_is_nan(value) for value in listed):
        return pl.Series(name, [None if _is_nan(v) else v for v in listed], strict=False)
    return series


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and isnan(value)
