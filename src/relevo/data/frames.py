"""`normalise`: one form for the same data, whatever file, database or library it came from."""

from __future__ import annotations

import polars as pl

from relevo.data.text import DATES, typed
from relevo.errors import DataMistake


def normalise(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame in relevo's own few types.

    =====================================  ===========================================
    came                                   becomes
    =====================================  ===========================================
    whole numbers of any width             Int64; Float64 when they do not fit
    Float32, Float64, Decimal              Float64, with NaN as missing
    Boolean, Date                          as they are
    Datetime                               microseconds, in UTC, without a time zone
    Duration                               Float64, in seconds
    text, Categorical, Enum                String, with empty text as missing
    text that holds only ISO dates         Date or Datetime
    Time                                   String, `hh:mm:ss`
    no type (all values missing)           String
    =====================================  ===========================================

    Normalising twice changes nothing.

    Raises
    ------
    DataMistake
        `data.nested` for a column of lists, records or bytes.

    Examples
    --------
    >>> normalise(pl.DataFrame({"day": ["2013-01-01", ""], "n": [1.5, float("nan")]})).rows()
    [(datetime.date(2013, 1, 1), 1.5), (None, None)]

    """
    plain = pl.DataFrame([_plain(column) for column in frame.get_columns()])
    return typed(plain, DATES).lazy().collect()


def _plain(column: pl.Series) -> pl.Series:
    dtype = column.dtype
    if dtype == pl.String or dtype in (pl.Categorical, pl.Enum, pl.Null):
        return _text(column.cast(pl.String))
    if dtype.is_integer():
        return _whole(column)
    if dtype.is_float() or dtype.is_decimal():
        return _decimal(column.cast(pl.Float64))
    if dtype in (pl.Boolean, pl.Date):
        return column
    if dtype.is_temporal():
        return _moment(column)
    raise DataMistake("data.nested", column=column.name, type=str(dtype))


def _text(column: pl.Series) -> pl.Series:
    empty = column == ""
    return column.set(empty, None) if empty.any() else column


def _whole(column: pl.Series) -> pl.Series:
    whole = column.cast(pl.Int64, strict=False)
    fits = whole.null_count() == column.null_count()
    return whole if fits else column.cast(pl.Float64)


def _decimal(column: pl.Series) -> pl.Series:
    return column.fill_nan(None) if column.is_nan().any() else column


def _moment(column: pl.Series) -> pl.Series:
    if isinstance(column.dtype, pl.Datetime):
        zone = column.dtype.time_zone
        moment = column.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if zone else column
        return moment.dt.cast_time_unit("us")
    if column.dtype == pl.Duration:
        return column.dt.total_microseconds() / 1e6
    return column.cast(pl.String)
