"""`confined`: the one segment in which a column has moved, where the others have not."""

from __future__ import annotations

from relevo.watch.faults.part import Part
from relevo.watch.faults.sides import Sides

_LEAST_APART = 0.15
_TIMES = 3.0
_FEWEST = 40


def confined(column: str, before: Part, now: Part) -> str:
    """The segment whose rows have moved in a column at least three times as far as any other's.

    Parameters
    ----------
    column
        Of both parts.
    before, now
        Rows with their segments.

    Returns
    -------
    str
        Empty when there is no such segment.

    """
    apart = {}
    for name in before.shared_segments(now):
        sides = Sides(column, before.within(name).rows[column], now.within(name).rows[column])
        if sides.kind and min(sides.known) >= _FEWEST:
            apart[name] = sides.apart()
    if len(apart) < 2:
        return ""
    *_, next_one, most = sorted(apart, key=lambda name: apart[name])
    return most if apart[most] >= max(_LEAST_APART, _TIMES * apart[next_one]) else ""
