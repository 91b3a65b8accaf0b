"""`days_in`: a duration of the problem file, such as `15m` or `7d`, in days."""

from __future__ import annotations

from relevo.compute.budget import parse_duration
from relevo.errors import OptionMistake

PERIOD_DAYS = {
    "daily": 1.0,
    "weekly": 7.0,
    "fortnightly": 14.0,
    "monthly": 30.0,
    "quarterly": 91.0,
    "yearly": 365.0,
}
_SECONDS = 86_400.0


def days_in(text: str) -> float:
    """Days in `"15m"`, `"12h"` or `"7d"`.

    Raises
    ------
    OptionMistake
        When the text is no duration.

    Examples
    --------
    >>> days_in("36h"), days_in("7d")
    (1.5, 7.0)

    """
    whole = text.strip()
    try:
        days = whole.removesuffix("d").rstrip()
        if whole.endswith("d") and days[-1:].isdigit():
            return parse_duration(days)
        return parse_duration(whole) / _SECONDS
    except OptionMistake:
        raise OptionMistake("renew.bad_duration", text=text) from None
