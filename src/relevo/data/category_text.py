"""How a category is written: one text for 3, 3.0 and "3", for True and "true"."""

from __future__ import annotations

from typing import Any

import polars as pl


def category_texts(values: pl.Series) -> pl.Series:
    """The texts of a column of categories.

    Examples
    --------
    >>> category_texts(pl.Series([3.0, 2.5, None])).to_list()
    ['3', '2.5', None]

    """
    texts = values.cast(pl.String)
    return texts.str.strip_suffix(".0") if values.dtype.is_float() else texts


def category_text(value: Any) -> str:
    """The text of one category, the same as in a column.

    Examples
    --------
    >>> category_text(3.0), category_text(True)
    ('3', 'true')

    """
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).removesuffix(".0") if isinstance(value, float) else str(value)
