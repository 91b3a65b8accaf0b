"""`moment`: the parts of the calendar from microseconds, in whole numbers alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from relevo.prepare.moment import Moment
from relevo.serve.export.graph.builder import Tensor

MISSING_TIME = int(np.iinfo(np.int64).min)  # what numpy's NaT is as a whole number
_DAY = 86_400_000_000
_MINUTE = 60_000_000
# Of the proleptic Gregorian calendar: days from 1 March of the year 0 to 1970, and days in 400,
# 100, 4 and 1 years. Counted from March, the leap day is a year's last, and months follow a line
# (Richards, 2013, "Calendars", in the Explanatory Supplement to the Astronomical Almanac).
_TO_1970 = 719_468
_ERA, _CENTURY, _FOUR_YEARS, _YEAR = 146_097, 36_524, 1_461, 365
_MARCH_TO_JANUARY = 306


def moment(step: Moment, times: Tensor) -> Tensor:
    """The features of a time, `(n_rows, len(parts))`.

    Parameters
    ----------
    step
        Says which parts.
    times
        Microseconds since 1970 in UTC, `(n_rows, 1)`; `MISSING_TIME` for a missing one.

    """
    gone = times.same(MISSING_TIME)
    known = gone.chosen(0, times)
    parts = [gone.chosen(np.nan, _PARTS[part](known)) for part in step.parts]
    return times.graph.concatenated(*parts)


def _days(times: Tensor) -> Tensor:
    return times.cast("double") / float(_DAY)


def _minute(times: Tensor) -> Tensor:
    return (times % _DAY / _MINUTE).cast("double")


def _weekday(times: Tensor) -> Tensor:
    return ((_whole_days(times) + 3) % 7 + 1).cast("double")


def _month(times: Tensor) -> Tensor:
    from_march = (_day_from_march(times)[1] * 5 + 2) / 153
    return ((from_march + 2) % 12 + 1).cast("double")


def _yearday(times: Tensor) -> Tensor:
    year, day = _day_from_march(times)
    leap = _divides(year, 4) * (_divides(year, 100) * -1 + _divides(year, 400) + 1)
    return (
        (day < _MARCH_TO_JANUARY)
        .chosen(day + leap + 60, day - (_MARCH_TO_JANUARY - 1))
        .cast("double")
    )


_PARTS: dict[str, Callable[[Tensor], Tensor]] = {
    "weekday": _weekday,
    "minute": _minute,
    "month": _month,
    "yearday": _yearday,
    "days": _days,
}


def _whole_days(times: Tensor) -> Tensor:
    # Whole numbers are divided towards zero, the rest takes the divisor's sign.
    return (times - times % _DAY) / _DAY


def _day_from_march(times: Tensor) -> tuple[Tensor, Tensor]:
    """The year within its 400, counted from March, and the day in it, from 0."""
    day = (_whole_days(times) + _TO_1970) % _ERA
    year = (day - day / (_FOUR_YEARS - 1) + day / _CENTURY - day / (_ERA - 1)) / _YEAR
    return year, day - (year * _YEAR + year / 4 - year / 100)


def _divides(year: Tensor, number: int) -> Tensor:
    return (year % number).same(0).cast("int64")
