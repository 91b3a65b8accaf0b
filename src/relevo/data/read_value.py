"""`read_value`: a value of another type, where it can be read without doubt."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from relevo.data.category_text import category_text

# Not all that `float` reads: no "1_000", no "nan", no "٣".
_NUMBER = re.compile(r"\s*[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?\s*")
_LONGEST_NUMBER = 80
_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}


def read_value(value: Any, kind: str) -> Any:
    """The value as one of a column's type; None when that would be a guess.

    The readings are those of a batch (`relevo.data.conform`).

    Parameters
    ----------
    value
        What came, not of the type.
    kind
        The type, a `ColumnType`.

    Examples
    --------
    >>> read_value("12.5", "number"), read_value("12,5", "number"), read_value("True", "boolean")
    (12.5, None, True)

    """
    return _READS[kind](value)


def is_time(text: str) -> bool:
    """Whether a text is a date or a time in ISO 8601 that UTC has too."""
    try:
        time = datetime.fromisoformat(text)
        if time.tzinfo is not None:
            time.astimezone(UTC)
    except (ValueError, OverflowError):
        return False
    return True


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return float(value)
    if not isinstance(value, str) or len(value) > _LONGEST_NUMBER or not _NUMBER.fullmatch(value):
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def _boolean(value: Any) -> bool | None:
    if isinstance(value, str):
        return _BOOLEANS.get(value.strip().lower())
    return value == 1 if isinstance(value, int | float) and value in (0, 1) else None


def _category(value: Any) -> str | None:
    finite = isinstance(value, float) and math.isfinite(value)
    return category_text(value) if finite else None


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return category_text(value)
    return str(value) if isinstance(value, int | float) else None


def _time(value: Any) -> str | None:
    return value.strip() if isinstance(value, str) and is_time(value.strip()) else None


_READS: dict[str, Callable[[Any], Any]] = {
    "number": _number,
    "boolean": _boolean,
    "category": _category,
    "text": _text,
    "date": _time,
    "datetime": _time,
}
