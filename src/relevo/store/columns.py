"""Column types that read back what was written, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, DateTime, Dialect, Float, Integer, Text
from sqlalchemy.types import TypeDecorator

# SQLite numbers rows by itself only in a column of type INTEGER.
RowNumber = BigInteger().with_variant(Integer, "sqlite")


class Moment(TypeDecorator[datetime]):
    """A point in time: aware in, UTC out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        # SQLite keeps the digits only; PostgreSQL answers in the session's zone.
        if value is None or value.tzinfo is None:
            return value and value.replace(tzinfo=UTC)
        return value.astimezone(UTC)


class Name(TypeDecorator[str]):
    """A text that comes from outside; PostgreSQL cannot hold its zero characters."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value and value.replace("\0", "\ufffd")


class Json(TypeDecorator[Any]):
    """Any value that JSON can hold, as text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        return _encode(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else _decode(value)


class Number(TypeDecorator[float]):
    """A float; SQLite cannot hold NaN, so NaN is NULL on both, and reads as None if `optional`."""

    impl = Float(53)
    cache_ok = True

    def __init__(self, optional: bool = False) -> None:
        super().__init__()
        self.optional = optional

    def process_bind_param(self, value: float | None, dialect: Dialect) -> float | None:
        return None if value is None or math.isnan(value) else float(value)

    def process_result_value(self, value: float | None, dialect: Dialect) -> float | None:
        return math.nan if value is None and not self.optional else value


def _plain(value: Any) -> Any:
    # A numpy scalar gives its Python number; a log never fails over a value that it cannot name.
    return value.item() if hasattr(value, "item") else str(value)


_encode = msgspec.json.Encoder(enc_hook=_plain).encode
_decode = msgspec.json.Decoder().decode
