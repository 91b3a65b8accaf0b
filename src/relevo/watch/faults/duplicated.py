"""`duplicated`: rows that came twice."""

from __future__ import annotations

import polars as pl

from relevo.watch.cause import Cause, Confidence
from relevo.watch.faults.sides import more_often

_LEAST = 0.02  # the least share of rows that have come before in the same window
_TIMES = 3.0


def duplicated(before: pl.DataFrame, now: pl.DataFrame) -> Cause | None:
    """Whether whole rows repeat far more often than rows of the reference would.

    Of rows that repeat by chance, the pairs grow with the square of the rows: the rate of pairs
    in the reference says how many rows of the window would repeat.

    Examples
    --------
    >>> import polars as pl
    >>> rows = pl.DataFrame({"a": range(200), "b": ["x", "y"] * 100})
    >>> duplicated(rows, pl.concat([rows.head(100), rows.head(30)])).rows
    30

    """
    if min(before.height, now.height) < 2 or not now.width:
        return None
    now = now.filter(~pl.all_horizontal(pl.all().is_null()))  # empty rows are another fault
    if now.height < 2:
        return None
    repeats, _ = _repeats(now)
    _, pairs = _repeats(before)
    rate = pairs / (before.height * (before.height - 1) / 2)
    expected = min(float(now.height), rate * now.height * (now.height - 1) / 2)
    if repeats < _LEAST * now.height or repeats < _TIMES * expected + 5:
        return None
    p_value = more_often(expected, now.height, repeats, now.height)
    values = {"share": f"{repeats / now.height:.0%}", "expected": f"{expected / now.height:.1%}"}
    sure: Confidence = "almost certain" if repeats > 10 * expected + 20 else "likely"
    return Cause("duplicated", (), sure, repeats, p_value, "said", values)


def _repeats(rows: pl.DataFrame) -> tuple[int, float]:
    """Rows that have come before, and pairs of equal rows."""
    sizes = rows.hash_rows().value_counts(name="rows")["rows"].cast(pl.Float64)
    return int(rows.height - len(sizes)), float((sizes * (sizes - 1) / 2).sum())
