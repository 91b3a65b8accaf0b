"""`shown`: what came, short enough for an answer."""

from __future__ import annotations

_LONGEST = 80


def shown(value: object) -> str:
    """The value as text, cut; its kind where it is too large or too deep to be written.

    Examples
    --------
    >>> shown([3, -1]), shown(10**5000)
    ('[3, -1]', 'int')

    """
    try:
        return str(value)[:_LONGEST]
    except (ValueError, RecursionError):
        return type(value).__name__
