"""`mixed`: a column of text that is mostly numbers or dates, or that writes dates in two ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

MOSTLY = 0.8
"""From this share of its rows on, a column of text counts as numbers or dates that went wrong."""

# How the 31st of January 2024 is written.
_FORMATS = {
    "2024-01-31": "%Y-%m-%d",
    "31/01/2024": "%d/%m/%Y",
    "01/31/2024": "%m/%d/%Y",
    "31-01-2024": "%d-%m-%Y",
    "31.01.2024": "%d.%m.%Y",
    "2024/01/31": "%Y/%m/%d",
}
# The day alone, or followed by a time.
_DAY = (
    r"^\s*(\d{4}-\d{1,2}-\d{1,2}|\d{4}/\d{1,2}/\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})"
    r"(?:[T ]+\d{1,2}:\d{2}.*)?\s*$"
)
_SAMPLE = 2000


@dataclass(frozen=True)
class Mixed:
    """What a column of text would be if all its values were written alike.

    Attributes
    ----------
    reads_as
        What most values are.
    formats
        Each way of writing a date, shown with the 31st of January 2024, and its rows; empty for
        numbers.
    others
        Rows that are neither missing nor what most are.
    examples
        Some of these others, the most frequent first.

    """

    reads_as: Literal["number", "date"]
    formats: tuple[tuple[str, int], ...]
    others: int
    examples: tuple[str, ...]


def mixed(values: pl.Series, seed: int = 0) -> Mixed | None:
    """What stands in the way of reading a column of text as numbers or dates, if it nearly is one.

    Parameters
    ----------
    values
        Strings, shape `(n_rows,)`; missing values do not count.
    seed
        Chooses the rows of a first look; the counts come from all rows.

    Returns
    -------
    Mixed or None
        None when less than 80 % of the rows are numbers or dates, or all are numbers.

    Examples
    --------
    >>> mixed(pl.Series(["31/01/2024", "2024-02-01"])).formats
    (('2024-01-31', 1), ('31/01/2024', 1))

    """
    present = values.drop_nulls().alias("value")
    if present.is_empty():
        return None
    look = present.sample(min(len(present), _SAMPLE), seed=seed)
    alike = max(int(_is_number(look).sum()), int(_day(look).is_not_null().sum()))
    # A share of 80 % of all rows never shows as less than half of a sample of 2,000.
    if alike * 2 < len(look):
        return None
    counts = present.value_counts(name="rows").sort("rows", "value", descending=[True, False])
    return _as_dates(counts) or _as_numbers(counts)


def _as_numbers(counts: pl.DataFrame) -> Mixed | None:
    others = counts.filter(~_is_number(counts["value"]))
    share = 1 - int(others["rows"].sum()) / int(counts["rows"].sum())
    return _mixed("number", (), others) if MOSTLY <= share < 1 else None


def _as_dates(counts: pl.DataFrame) -> Mixed | None:
    day, left, formats = _day(counts["value"]), counts["rows"], []
    parsed = {name: day.str.to_date(form, strict=False) for name, form in _FORMATS.items()}
    # 03/04/2024 can be read in two ways: it goes with the way that explains more rows.
    while parsed:
        rows = {name: int((left * days.is_not_null()).sum()) for name, days in parsed.items()}
        name = max(rows, key=rows.__getitem__)
        if not rows[name]:
            break
        formats.append((name, rows[name]))
        left = left * parsed.pop(name).is_null()
    read = sum(rows for _, rows in formats)
    if read < MOSTLY * int(counts["rows"].sum()):
        return None
    return _mixed("date", tuple(formats), counts.filter(left > 0))


def _mixed(
    reads_as: Literal["number", "date"], formats: tuple[tuple[str, int], ...], others: pl.DataFrame
) -> Mixed:
    examples = tuple(str(value)[:60] for value in others["value"].head(3))
    return Mixed(reads_as, formats, int(others["rows"].sum()), examples)


def _is_number(values: pl.Series) -> pl.Series:
    numbers = values.str.strip_chars().cast(pl.Float64, strict=False)
    return numbers.is_finite().fill_null(False)


def _day(values: pl.Series) -> pl.Series:
    return values.str.extract(_DAY, 1)
