"""`from_text`: a value that came as text, read as the contract says."""

from __future__ import annotations

import re
from typing import Any

from relevo.data.contract import ColumnType
from relevo.data.read_value import read_value

_WHOLE = re.compile(r"[-+]?\d{1,300}", re.ASCII)  # more digits than a float holds are no number


def from_text(text: str, kind: ColumnType) -> Any:
    """The value of a column of this kind; what cannot be read stays text, for the contract to name.

    Examples
    --------
    >>> from_text("1.5", "number"), from_text("True", "boolean"), from_text("7", "category")
    (1.5, True, '7')
    >>> from_text("far", "number")
    'far'

    """
    if kind == "number":
        return _number(text)
    if kind == "boolean":
        found = read_value(text, kind)
        return text if found is None else found
    return text


def _number(text: str) -> Any:
    if _WHOLE.fullmatch(text):
        return int(text)
    try:
        # Python alone reads 1_000 and the digits of every script.
        value = float(text) if text.isascii() and "_" not in text else text
    except ValueError:
        return text
    return None if value != value else value
