"""Read a table's columns as the contract says: the one place where types are cast."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import polars as pl

from relevo.data.category_text import category_texts
from relevo.data.contract import ColumnContract, Contract
from relevo.errors import DataMistake, nearest

_DTYPES = {
    "number": pl.Float64(),
    "boolean": pl.Boolean(),
    "category": pl.String(),
    "text": pl.String(),
    "date": pl.Date(),
    "datetime": pl.Datetime("us"),
}


def conform(frame: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """The contract's columns of `frame`, each with the type that the contract names.

    Values that cannot be read as their type become missing; `check` reports them. Columns that
    the contract does not know are left out, optional ones that are absent stay absent.

    Raises
    ------
    DataMistake
        When a required column is absent.

    """
    names = frozenset(frame.columns)
    absent = [c.name for c in contract.columns if c.required and c.name not in names]
    if absent:
        raise DataMistake(
            "contract.absent",
            columns=", ".join(absent),
            known=", ".join(frame.columns),
            hint=nearest(absent[0], frame.columns),
        )
    return frame.select(_reads(c, frame[c.name]) for c in present(frame, contract))


def present(frame: pl.DataFrame, contract: Contract) -> Iterable[ColumnContract]:
    """The contract's columns that the frame has, in the contract's order."""
    names = frozenset(frame.columns)
    return [column for column in contract.columns if column.name in names]


def _reads(column: ColumnContract, series: pl.Series) -> pl.Series:
    wanted = _DTYPES[column.type]
    if series.dtype == wanted:
        return series
    if series.dtype == pl.String and column.type in ("date", "datetime"):
        return parse_times(series).cast(wanted)
    if series.dtype.is_numeric() and column.type in ("date", "datetime"):
        return pl.Series(series.name, [None] * len(series), wanted)
    if series.dtype == pl.String and column.type == "boolean":
        words = {"true": True, "false": False, "1": True, "0": False}
        return series.str.to_lowercase().replace_strict(
            words, default=None, return_dtype=pl.Boolean
        )
    if column.type == "category":
        return category_texts(series)
    return series.cast(wanted, strict=False)


def parse_times(series: pl.Series) -> pl.Series:
    """Text in ISO 8601 as naive UTC times; what is not ISO becomes missing."""
    text = series.str.replace("T", " ", literal=True)
    parsed = text.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us")
    for shorter in ("%Y-%m-%d %H:%M", "%Y-%m-%d"):
        if parsed.null_count() == series.null_count():
            return parsed
        parsed = parsed.fill_null(text.str.to_datetime(shorter, strict=False, time_unit="us"))
    # Offsets and the rarer forms, one by one.
    rest = series.set(parsed.is_not_null(), None).to_list()
    return parsed.fill_null(pl.Series(map(_iso_time, rest), dtype=pl.Datetime("us")))


def _iso_time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
        return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time
    except (ValueError, OverflowError):
        return None
