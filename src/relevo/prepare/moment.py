"""Dates and times: the parts of the calendar that training has seen go round, and the age."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import nan
from typing import Any, ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

_EPOCH = datetime(1970, 1, 1)
_DAY = timedelta(days=1)
_TABLE: dict[str, Callable[[pl.Series], pl.Series]] = {
    "weekday": lambda times: times.dt.weekday(),
    "minute": lambda times: times.dt.hour().cast(pl.Int32) * 60 + times.dt.minute(),
    "month": lambda times: times.dt.month(),
    "yearday": lambda times: times.dt.ordinal_day(),
    "days": lambda times: times.dt.timestamp("us") / 86_400_000_000,
}
_ROW: dict[str, Callable[[datetime], float]] = {
    "weekday": lambda time: float(time.isoweekday()),
    "minute": lambda time: float(time.hour * 60 + time.minute),
    "month": lambda time: float(time.month),
    "yearday": lambda time: float(time.timetuple().tm_yday),
    "days": lambda time: (time - _EPOCH) / timedelta(microseconds=1) / 86_400_000_000,
}


@dataclass(frozen=True)
class Moment:
    """A date or a time.

    Attributes
    ----------
    parts
        `weekday` (1 to 7), `minute` of the day, `month` and `yearday` where training has seen a
        whole year (a model cannot learn a season it has seen once in part), `days` since 1970 for
        columns that are not the time of the row (of which the future is always out of range).

    """

    kind: ClassVar[str] = "moment"
    column: str
    parts: tuple[str, ...]

    @classmethod
    def fit(cls, values: pl.Series, is_time_of_row: bool) -> Moment:
        """Choose the parts that these values can teach."""
        times = values.cast(pl.Datetime("us"))
        least, most = times.min(), times.max()
        span = most - least if isinstance(most, datetime) and isinstance(least, datetime) else None
        parts = ["weekday"]
        if values.dtype == pl.Datetime and times.dt.hour().n_unique() > 1:
            parts.append("minute")
        if span is not None and span >= 365 * _DAY:
            parts += ["month", "yearday"]
        if not is_time_of_row:
            parts.append("days")
        return cls(values.name, tuple(parts))

    @property
    def features(self) -> tuple[str, ...]:
        """One feature per part."""
        return tuple(f"{self.column}.{part}" for part in self.parts)

    @property
    def codes(self) -> int:
        """None: the parts are numbers."""
        return 0

    def table(self, values: pl.Series, out: NDArray[np.float64]) -> None:
        """Shape `(n_rows, len(parts))`."""
        times = values.cast(pl.Datetime("us"))
        for position, part in enumerate(self.parts):
            out[:, position] = _TABLE[part](times).cast(pl.Float64).to_numpy()

    def row(self) -> Callable[[Any], tuple[float, ...]]:
        """One date, time or ISO text to its parts."""
        parts = tuple(_ROW[part] for part in self.parts)
        missing = (nan,) * len(parts)

        def encode(value: Any) -> tuple[float, ...]:
            if value is None:
                return missing
            time = as_time(value)
            return tuple([part(time) for part in parts])

        return encode

    def to_dict(self) -> dict[str, Any]:
        """The column and its parts."""
        return {"column": self.column, "parts": list(self.parts)}

    @classmethod
    def from_dict(cls, saved: dict[str, Any]) -> Moment:
        """The step that `to_dict` wrote."""
        return cls(saved["column"], tuple(saved["parts"]))


def as_time(value: Any) -> datetime:
    """A naive UTC time from a date, a time or ISO text."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day) if isinstance(value, date) else value
    return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
