"""`values_at_fault`: missing, one value only, or a value that stands in for what is not known."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from relevo.picture.number import number
from relevo.watch.cause import Cause, Confidence
from relevo.watch.faults.sides import Numbers, Sides, Words, more_often

_FEWEST = 20
_MISSING_JUMP = 0.05
_MISSING_OFTEN = 0.5
_FILLED = 0.01  # the least share of rows that a known stand-in must take
_SPIKE = 0.1  # the least share of rows that any other value must take
_STANDS_OUT = 5.0
_UNLIKELY = 1e-6
_UNLIKELY_FILLER = 1e-4  # of a value that is known to stand in, and lies far out

FILLERS = frozenset(
    {-1.0, -9.0, -99.0, -999.0, -9999.0, -99999.0, 99.0, 999.0, 9999.0, 99999.0, 999999.0, 0.0,
     -32768.0, 32767.0, 65535.0, 2147483647.0, -2147483648.0}
)  # fmt: skip
FILLING_WORDS = frozenset(
    {"", "-", "--", "?", ".", "0", "-1", "na", "n/a", "nan", "null", "nil", "none", "missing",
     "unknown", "undefined", "not available", "no data", "empty", "tbd", "other", "#n/a",
     "desconocido", "sin dato", "n/d", "nd"}
)  # fmt: skip


def values_at_fault(sides: Sides) -> tuple[Cause, ...]:
    """Whether a column has lost its values, stands still, or holds a stand-in for them.

    Examples
    --------
    >>> import polars as pl
    >>> before = pl.Series([3.5, 4.0, 2.5, 3.0] * 50)
    >>> (found,) = values_at_fault(Sides("size", before, pl.Series([3.5, 4.0, 2.5, -999.0] * 50)))
    >>> found.kind, found.values["value"]
    ('filler', '−999')

    """
    if min(len(sides.first), len(sides.second)) < _FEWEST:
        return ()
    return tuple(_found(sides))


def _found(sides: Sides) -> Iterator[Cause]:
    name, before, now = sides.name, sides.first, sides.second
    yield from _missing(name, before, now)
    if now.null_count() == len(now) or before.null_count() == len(before):
        return
    constant = _constant(sides)
    if constant:
        yield constant
    elif sides.kind == "number":
        yield from _filler(name, sides.before, sides.now)
    elif sides.kind == "category":
        yield from _filling_word(name, sides.words_before, sides.words_now)


def _missing(name: str, before: pl.Series, now: pl.Series) -> Iterator[Cause]:
    counts = before.null_count(), now.null_count()
    share, share_now = counts[0] / len(before), counts[1] / len(now)
    p_value = more_often(counts[0], len(before), counts[1], len(now))
    # What is often missing by nature (a gust on a calm day) is so more often in other weather.
    jumped = share_now - share >= max(_MISSING_JUMP, min(3 * share, _MISSING_OFTEN))
    if jumped and p_value < _UNLIKELY:
        values = {"now": f"{share_now:.0%}", "before": f"{share:.1%}"}
        shape = "all" if share_now == 1 else "said"
        sure: Confidence = "almost certain" if share_now - share >= 0.2 else "likely"
        yield Cause("missing", (name,), sure, counts[1], p_value, shape, values)


def _constant(sides: Sides) -> Cause | None:
    """One value now, which before was far from being the only one."""
    known = sides.known[1]
    if known < _FEWEST or _distinct(sides) != 1:
        return None
    value, earlier = sides.second.drop_nulls()[0], sides.first.drop_nulls()
    share = float((earlier == value).sum()) / len(earlier)
    p_value = (share + 1 / len(earlier)) ** known
    if share > 0.9 or p_value > _UNLIKELY:
        return None
    values = {"value": _said(value), "before": f"{share:.1%}"}
    return Cause("constant", (sides.name,), "almost certain", known, p_value, "said", values)


def _distinct(sides: Sides) -> int:
    if sides.kind == "number":
        return len(sides.now.distinct[0])
    return len(sides.words_now.counts) if sides.kind else 0


def _filler(name: str, before: Numbers, now: Numbers) -> Iterator[Cause]:
    values, rows = now.distinct
    share, usual = rows / now.rows, before.distinct[1].max() / before.rows
    for at in np.flatnonzero(share >= _FILLED):
        value = float(values[at])
        hits, hits_now = before.rows_of(value), int(rows[at])
        if share[at] < max(5 * hits / before.rows, hits / before.rows + _FILLED):
            continue
        p_value = more_often(hits, before.rows, hits_now, now.rows)
        outside = not before.values[0] <= value <= before.values[-1]
        certain = outside and value in FILLERS and value != 0
        known = value in FILLERS and (outside or share[at] >= 0.02)
        known &= outside or hits <= 0.01 * before.rows
        alone = hits_now >= _STANDS_OUT * np.delete(rows, at).max(initial=0)
        spike = alone and share[at] >= max(_SPIKE, 2 * usual) and hits <= 0.01 * before.rows
        if (
            p_value < (_UNLIKELY_FILLER if certain else _UNLIKELY)
            and (known or spike)
            and (certain or _stands_out(before, now, value))
        ):
            said = {
                "value": number(value, 6),
                "now": f"{share[at]:.0%}",
                "before": f"{hits / before.rows:.1%}",
            }
            sure: Confidence = "almost certain" if certain else "likely"
            yield Cause("filler", (name,), sure, hits_now, p_value, "said", said)


def _stands_out(before: Numbers, now: Numbers, value: float) -> bool:
    """Whether a value has become commoner than its neighbours have: a population brings them."""
    place, width = int(np.searchsorted(before.values, value)), max(5, len(before.values) // 20)
    low = before.values[max(0, place - width)]
    high = before.values[min(len(before.values) - 1, place + width)]
    near = [_between(side, low, high) - side.rows_of(value) for side in (before, now)]
    growth = [
        (hits_now + 1) / now.rows / ((hits + 1) / before.rows)
        for hits, hits_now in (near, [side.rows_of(value) for side in (before, now)])
    ]
    return growth[1] >= _STANDS_OUT * max(1.0, growth[0])


def _between(side: Numbers, low: float, high: float) -> int:
    ends = np.searchsorted(side.values, low, "left"), np.searchsorted(side.values, high, "right")
    return int(ends[1] - ends[0])


def _filling_word(name: str, before: Words, now: Words) -> Iterator[Cause]:
    for word, rows in now.counts.items():
        share, hits = rows / now.rows, before.counts.get(word, 0)
        if word.strip().lower() not in FILLING_WORDS or share < _FILLED:
            continue
        if hits / before.rows > max(0.01, share / 5):
            continue
        p_value = more_often(hits, before.rows, rows, now.rows)
        if p_value < _UNLIKELY:
            said = {"value": f"“{word}”", "now": f"{share:.0%}"}
            said["before"] = f"{hits / before.rows:.1%}"
            yield Cause("filler", (name,), "almost certain", rows, p_value, "said", said)


def _said(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"“{value}”"
    return number(value, 6)
