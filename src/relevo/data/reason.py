"""What another library said, in one line that fits a message."""

from __future__ import annotations


def reason(error: BaseException) -> str:
    r"""The first line of an error's text, at most 200 characters; its type when it has no text.

    Examples
    --------
    >>> reason(ValueError("no such column: colour\nmore"))
    'no such column: colour'

    """
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:200].rstrip(".") if lines else type(error).__name__
