"""`key_text`: a row's name as the store keeps it."""

from __future__ import annotations

_LONGEST = 500


def key_text(value: object) -> str | None:
    """The name of a row as text, so that `17`, `17.0` and `"17"` are one; None when it is no name.

    Examples
    --------
    >>> key_text(17.0), key_text("B6-17"), key_text(None)
    ('17', 'B6-17', None)

    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    # PostgreSQL's text has no NUL.
    return text if 0 < len(text) <= _LONGEST and "\0" not in text else None
