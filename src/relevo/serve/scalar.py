"""`is_scalar`: whether a value of JSON is one that a column can hold."""

from __future__ import annotations

_BITS_OF_A_FLOAT = 1023  # JSON's whole numbers know no end; a number of the model's does


def is_scalar(value: object) -> bool:
    """Whether `value` is null, true, false, text, or a number that a float can hold.

    Examples
    --------
    >>> is_scalar(1.5), is_scalar([1.5]), is_scalar(10**400)
    (True, False, False)

    """
    kind = value.__class__
    if kind is int:
        return value.bit_length() <= _BITS_OF_A_FLOAT  # type: ignore[attr-defined, no-any-return]
    return kind is not dict and kind is not list
