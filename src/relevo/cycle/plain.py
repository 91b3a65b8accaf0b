"""`plain`: a result as JSON knows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from math import isfinite
from typing import Any


def plain(value: Any) -> Any:
    """Dictionaries, lists, texts, numbers and truths; NaN and infinity become None.

    Examples
    --------
    >>> plain({"at": date(2013, 1, 2), "size": float("nan"), "names": ("a", "b")})
    {'at': '2013-01-02', 'size': None, 'names': ['a', 'b']}

    """
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if value is None or isinstance(value, (str, int, bool)):
        return value
    return plain(value.item()) if hasattr(value, "item") else str(value)
