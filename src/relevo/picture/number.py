"""`number`: a figure as people read it."""

from __future__ import annotations

import math

_GROUP = "\u202f"  # narrow no-break space: the ISO 80000-1 separator, right in both languages


def number(value: float | None, digits: int = 4) -> str:
    """A number as text, with `digits` significant digits when it is not whole.

    Examples
    --------
    >>> number(0.123456), number(1500.0), number(None)
    ('0.1235', '1500', '–')

    """
    if value is None or not math.isfinite(value):
        return "–" if value is None or math.isnan(value) else ("∞" if value > 0 else "−∞")
    if float(value).is_integer() and abs(value) < 1e15:
        return _grouped(f"{int(value)}")
    if not 1e-4 <= abs(value) < 1e15:
        return f"{value:.{digits - 1}e}".replace("-", "−")
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:.{decimals}f}"
    return _grouped(text.rstrip("0").rstrip(".") if "." in text else text)


def _grouped(text: str) -> str:
    whole, point, rest = text.lstrip("-").partition(".")
    if len(whole) > 4:
        whole = f"{int(whole):,}".replace(",", _GROUP)
    return ("−" if text.startswith("-") else "") + whole + point + rest
