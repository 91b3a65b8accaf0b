"""`waterfall`: how a sum comes about, one step below the other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

from relevo.picture.number import number
from relevo.picture.svg import element, frame, line, short, upright, width, words
from relevo.picture.ticks import drawable, scale

_ROW = 26.0
_TOTAL, _UP, _DOWN = "d2", "d3", "d1"


def waterfall(
    labels: Sequence[str],
    steps: Sequence[float],
    *,
    start: tuple[str, float],
    end: str,
    title: str,
    wide: float = 480.0,
) -> str:
    """A bar from zero to where it starts, one bar per step from where the last ended, the sum.

    Parameters
    ----------
    labels, steps
        One each per step; a step that is not finite counts as zero.
    start
        Name and value of what the steps are added to.
    end
        Name of the sum.
    title
        What the picture shows; read aloud to those who do not see it.
    wide
        Width in pixels.

    Returns
    -------
    str
        An `<svg>` element without colours of its own: `page` and `standalone` give them.

    """
    sizes = [drawable(step) or 0.0 for step in steps]
    reached = list(accumulate(sizes, initial=drawable(start[1]) or 0.0))
    names = [start[0], *labels, end]
    spans = [(0.0, reached[0]), *pairwise(reached), (0.0, reached[-1])]
    texts = [number(reached[0], 3), *map(_signed, sizes), number(reached[-1], 3)]
    left = min(wide * 0.45, max(map(width, names)) + 4) + 10
    axis = scale(reached, wanted=4, zero=True).to(left, wide - max(map(width, texts)) - 22)
    bottom = len(names) * _ROW + 6
    parts = upright(axis, 2, bottom)
    for index, (name, (low, high), text) in enumerate(zip(names, spans, texts, strict=True)):
        middle = index * _ROW + 17
        parts.append(words(left - 10, middle + 4, name, "label", "end", room=left - 10))
        parts.append(words(wide, middle + 4, text, "label", "end"))
        is_total = index in (0, len(names) - 1)
        kind = _TOTAL if is_total else _UP if high >= low else _DOWN
        parts.append(_bar(axis(low), axis(high), middle, kind))
        if index < len(names) - 1:
            parts.append(line(axis(high), middle + 8, axis(high), middle + _ROW - 8, "axis"))
    return frame(title, wide, bottom + 26, parts)


def _bar(start: float, end: float, middle: float, kind: str) -> str:
    low, high = sorted((start, end))
    d = f"M{short(low)} {short(middle - 8)}H{short(max(high, low + 1))}v16H{short(low)}Z"
    return element("path", class_=kind, d=d)


def _signed(value: float) -> str:
    return f"+{number(value, 3)}" if value > 0 else number(value, 3)
