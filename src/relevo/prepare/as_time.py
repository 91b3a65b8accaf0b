"""`as_time`: how a date, a time or ISO text is read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any


def as_time(value: Any) -> datetime:
    """A naive UTC time from a date, a time or ISO text."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day) if isinstance(value, date) else value
    return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
