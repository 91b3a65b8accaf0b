"""`bars`: one horizontal bar per name."""

from __future__ import annotations

import math
from collections.abc import Sequence

from relevo.picture.number import number
from relevo.picture.svg import element, frame, line, short, upright, width, words
from relevo.picture.ticks import Scale, drawable, scale
from relevo.words import say

_ROW = 26.0


def bars(
    labels: Sequence[str],
    values: Sequence[float | None],
    intervals: Sequence[tuple[float, float] | None] | None = None,
    *,
    title: str,
    reference: Sequence[float | None] | None = None,
    wide: float = 480.0,
) -> str:
    """Horizontal bars, the first on top, each with its value and, if given, its interval.

    Parameters
    ----------
    labels, values
        One each per bar; a value that is None or not finite is drawn as a gap.
    intervals
        Low and high end of each value, drawn as an error bar.
    title
        What the picture shows; read aloud to those who do not see it.
    reference
        A second value per bar (an earlier share, for instance), drawn as a mark across it.
    wide
        Width in pixels.

    Returns
    -------
    str
        An `<svg>` element without colours of its own: `page` and `standalone` give them.

    """
    spans = list(intervals or [None] * len(values))
    others = list(reference or [None] * len(values))
    if not labels:
        return frame(title, wide, 40.0, [words(0, 24, say("picture.empty"))])
    texts = [number(drawable(value), 3) for value in values]
    left = min(wide * 0.38, max(map(width, labels)) + 4) + 10
    axis = _axis(values, spans, others).to(left, wide - max(map(width, texts)) - 22)
    bottom = len(labels) * _ROW + 6
    parts = upright(axis, 2, bottom)
    for index, (label, value, text) in enumerate(zip(labels, values, texts, strict=True)):
        middle = index * _ROW + 17
        parts.append(words(left - 10, middle + 4, label, "label", "end", room=left - 10))
        parts.append(words(wide, middle + 4, text, "label", "end"))
        kind = "soft" if intervals else "bar"  # an error bar must stand out from its bar
        parts += _bar(axis, middle, drawable(value), kind)
        parts += _span(axis, middle, spans[index]) + _mark(axis, middle, drawable(others[index]))
    return frame(title, wide, bottom + 26, parts)


def _bar(axis: Scale, middle: float, value: float | None, kind: str) -> list[str]:
    if value is None:
        return []
    start, end = sorted((axis(0.0), axis(value)))
    d = f"M{short(start)} {short(middle - 8)}H{short(end)}v16H{short(start)}Z"
    return [element("path", class_=kind, d=d)]


def _span(axis: Scale, middle: float, span: tuple[float, float] | None) -> list[str]:
    if span is None or not all(map(math.isfinite, span)):
        return []
    d = f"M{short(axis(span[0]))} {short(middle - 4)}v8m0-4H{short(axis(span[1]))}m0-4v8"
    return [element("path", class_="error", d=d)]


def _mark(axis: Scale, middle: float, other: float | None) -> list[str]:
    if other is None:
        return []
    return [line(axis(other), middle - 11, axis(other), middle + 11, "mark")]


def _axis(
    values: Sequence[float | None],
    spans: Sequence[tuple[float, float] | None],
    others: Sequence[float | None],
) -> Scale:
    shown = [value for value in (*values, *others) if value is not None]
    shown += [end for span in spans if span for end in span]
    return scale(shown, wanted=4, zero=True)
