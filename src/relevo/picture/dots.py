"""`dots`: two values per name on one line each, such as before and after."""

from __future__ import annotations

import math
from collections.abc import Sequence

from relevo.picture.svg import element, frame, line, upright, width, words
from relevo.picture.ticks import Scale, drawable, scale
from relevo.words import say

_ROW = 24.0
_RADIUS = 5.0


def dots(
    labels: Sequence[str],
    before: Sequence[float | None],
    after: Sequence[float | None],
    *,
    title: str,
    names: tuple[str, str],
    limit: float | None = None,
    wide: float = 480.0,
) -> str:
    """A hollow and a full dot per name, joined by a line (Love's plot, Cleveland's dots).

    Parameters
    ----------
    labels, before, after
        One each per line; a value that is None or not finite has no dot.
    title
        What the picture shows; read aloud to those who do not see it.
    names
        What the hollow and the full dots are, for the legend.
    limit
        Where an upright line marks what is still small.
    wide
        Width in pixels.

    Returns
    -------
    str
        An `<svg>` element without colours of its own.

    References
    ----------
    Cleveland and McGill (1984), Graphical perception, JASA 79; Ahmed et al. (2006), Heart failure,
    chronic diuretic use, and increase in mortality, European Heart Journal 27 (the first of Love's
    plots).

    """
    if not labels:
        return frame(title, wide, 40.0, [words(0, 24, say("picture.empty"))])
    left = min(wide * 0.4, max(map(width, labels)) + 4) + 10
    shown = [value for value in (*before, *after, limit) if value is not None]
    axis = scale(shown, wanted=4, zero=True).to(left, wide - 20)
    top = 28.0
    bottom = top + len(labels) * _ROW + 4
    parts = _legend(names, left) + upright(axis, top, bottom)
    if limit is not None:
        parts.append(line(axis(limit), top, axis(limit), bottom, "diagonal"))
    for index, (label, one, other) in enumerate(zip(labels, before, after, strict=True)):
        middle = top + index * _ROW + _ROW / 2
        parts.append(words(left - 10, middle + 4, label, "label", "end", room=left - 10))
        parts += _pair(axis, middle, drawable(one), drawable(other))
    return frame(title, wide, bottom + 26, parts)


def _pair(axis: Scale, middle: float, before: float | None, after: float | None) -> list[str]:
    parts = []
    if before is not None and after is not None:
        start, end = sorted((axis(before), axis(after)))
        if end - start > 2 * _RADIUS:
            parts.append(line(start, middle, end, middle, "grid"))
    if before is not None:
        parts.append(_dot(axis(before), middle, full=False))
    if after is not None:
        parts.append(_dot(axis(after), middle, full=True))
    return parts


def _dot(x: float, y: float, full: bool) -> str:
    kind, radius = ("d1", _RADIUS - 1) if full else ("s1", _RADIUS)
    return element("circle", class_=kind, cx=x, cy=y, r=radius)


def _legend(names: tuple[str, str], left: float) -> list[str]:
    second = left + 26 + math.ceil(width(names[0]))
    return [
        _dot(left + 6, 10, full=False),
        words(left + 16, 14, names[0], "label"),
        _dot(second + 6, 10, full=True),
        words(second + 16, 14, names[1], "label"),
    ]
