"""The usual value of a column: what stands in for one that a request lacks."""

from __future__ import annotations

import polars as pl


def usual_number(values: pl.Series) -> float | None:
    """The median of the finite values; None when there is none.

    Examples
    --------
    >>> usual_number(pl.Series([1.0, 2.0, float("inf")]))
    1.5

    """
    median = values.filter(values.is_finite()).median()
    return median if isinstance(median, float) else None


def usual_boolean(values: pl.Series) -> bool | None:
    """The more frequent of the two, True at a draw; None when all are missing.

    Examples
    --------
    >>> usual_boolean(pl.Series([True, False, False]))
    False

    """
    share = values.cast(pl.Boolean, strict=False).mean()
    return share >= 0.5 if isinstance(share, float) else None


def usual_category(counts: pl.DataFrame) -> str | None:
    """The most frequent category, the first in order at a draw; None when none is seen twice.

    Parameters
    ----------
    counts
        Columns `text` and `count`.

    Examples
    --------
    >>> usual_category(pl.DataFrame({"text": ["b", "a"], "count": [2, 2]}))
    'a'

    """
    repeated = counts.filter(pl.col("count") > 1)
    if repeated.is_empty():
        return None
    return str(repeated.sort(["count", "text"], descending=[True, False])["text"][0])
