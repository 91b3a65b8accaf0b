"""`with_times`: the column of times read as times, or a mistake that counts the rows without."""

from __future__ import annotations

import polars as pl

from relevo.data.conform import parse_times
from relevo.errors import DataMistake

_EXAMPLES = 3


def with_times(frame: pl.DataFrame, column: str, missing: bool = False) -> pl.DataFrame:
    """The frame with its column of times as `Date` or `Datetime`.

    Parameters
    ----------
    frame
        Has the column.
    column
        Dates, moments, or text in ISO 8601.
    missing
        Whether a row may lack its time.

    Raises
    ------
    DataMistake
        `data.not_times` for values that are none, `data.no_time` for rows without one.

    Examples
    --------
    >>> with_times(pl.DataFrame({"at": ["2025-01-31", "2025-02-01 07:30"]}), "at")["at"].dtype
    Datetime(time_unit='us', time_zone=None)

    """
    values = frame[column]
    if values.dtype not in (pl.Date, pl.Datetime):
        frame = frame.with_columns(_read(values))
    rows = frame[column].null_count()
    if rows and not missing:
        raise DataMistake("data.no_time", column=column, rows=rows, of=frame.height)
    return frame


def _read(values: pl.Series) -> pl.Series:
    text = values.cast(pl.String)
    # Numbers are no times: what would 2025 be, a year or a number of seconds?
    times = parse_times(text) if values.dtype == pl.String else text.set(text.is_not_null(), None)
    wrong = text.filter(text.is_not_null() & times.is_null())
    if len(wrong):
        examples = ", ".join(wrong.unique(maintain_order=True).head(_EXAMPLES).to_list())
        raise DataMistake(
            "data.not_times",
            column=values.name,
            rows=len(wrong),
            of=len(values),
            examples=examples,
        )
    return times.cast(pl.Datetime("us"))
