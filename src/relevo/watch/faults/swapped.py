"""`swapped`: two columns hold each other's values."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from relevo.watch.cause import Cause
from relevo.watch.faults.sides import Sides, by_chance, more_often

_FEWEST = 30
_LEAST = 0.15  # how far each column is from what it was
_NOTHING_IN_COMMON = 0.95
_MOST_COLUMNS = 40


def swapped(columns: Sequence[Sides]) -> tuple[Cause, ...]:
    """Pairs of columns of which each is now as the other was, and not as it was itself.

    Examples
    --------
    >>> import numpy as np
    >>> import polars as pl
    >>> rng = np.random.default_rng(0)
    >>> a, b = pl.Series(rng.normal(size=400)), pl.Series(rng.normal(3, 2, 400))
    >>> (found,) = swapped([Sides("a", a, b), Sides("b", b, a)])
    >>> found.columns
    ('a', 'b')

    """
    usable = [one for one in columns if one.kind and min(one.known) >= _FEWEST]
    moved = [one for one in usable if one.apart() >= _LEAST][:_MOST_COLUMNS]
    found: list[Cause] = []
    taken: set[str] = set()
    for first, second in combinations(moved, 2):
        if first.kind != second.kind or {first.name, second.name} & taken:
            continue
        crossed = max(first.apart(second), second.apart(first))
        least = min(first.apart(), second.apart())
        chance = by_chance(*first.known) if first.kind == "number" else 0.05
        # Columns that have nothing in common may have moved besides.
        if crossed <= max(chance, (0.85 if least >= _NOTHING_IN_COMMON else 0.3) * least):
            taken |= {first.name, second.name}
            rows = first.known[1]
            p_value = more_often(0, first.known[0], least * rows, rows)
            pair = (first.name, second.name)
            found.append(Cause("swapped", pair, "almost certain", rows, p_value))
    return tuple(found)
