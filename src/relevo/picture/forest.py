"""`forest`: one figure in many places, their mean as a diamond, and where a new place may lie."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from relevo.picture.number import number
from relevo.picture.svg import element, frame, legend, line, short, upright, width, words
from relevo.picture.ticks import Scale, drawable, scale

_ROW = 24.0
_LARGEST, _LEAST = 7.0, 3.0  # half the side of a square


@dataclass(frozen=True)
class Mean:
    """The summary below the places.

    Attributes
    ----------
    label, value, interval
        Drawn as a diamond from end to end of the interval.
    new, new_label
        The interval of a new place and its name; none when None.

    """

    label: str
    value: float
    interval: tuple[float, float]
    new: tuple[float, float] | None = None
    new_label: str = ""


def forest(
    labels: Sequence[str],
    values: Sequence[float | None],
    intervals: Sequence[tuple[float, float] | None],
    mean: Mean,
    *,
    title: str,
    rows: Sequence[int] | None = None,
    reference: float | None = None,
    reference_label: str = "",
    wide: float = 560.0,
) -> str:
    """A forest plot (Lewis and Clarke 2001): a square and an interval for each place.

    Parameters
    ----------
    labels, values, intervals
        One each per place, the first on top; a value that is not finite is left out.
    mean
        The summary.
    title
        What the picture shows; read aloud to those who do not see it.
    rows
        How many rows each place has: squares grow with them.
    reference, reference_label
        A value drawn as a line across all places, such as the random-split figure.
    wide
        Width in pixels.

    Returns
    -------
    str
        An `<svg>` element without colours of its own: `page` and `standalone` give them.

    """
    named = [*labels, mean.label, *([mean.new_label] if mean.new else [])]
    texts = [number(drawable(value), 3) for value in (*values, mean.value)]
    left = min(wide * 0.38, max(map(width, named)) + 4) + 10
    right = wide - max(map(width, texts)) - 22
    axis = _axis(values, intervals, mean, reference).to(left, right)
    top = 0.0
    parts: list[str] = []
    if reference is not None and reference_label:
        parts, top = legend([(reference_label, "mark")], left, wide, 10.0)
    bottom = top + len(named) * _ROW + 8
    parts += upright(axis, top, bottom)
    if reference is not None and drawable(reference) is not None:
        parts.append(line(axis(reference), top, axis(reference), bottom, "mark"))
    most = max(rows, default=1) if rows else 1
    for index, label in enumerate(labels):
        middle = top + index * _ROW + 14
        size = math.sqrt(rows[index] / most) if rows else 0.7
        parts += _name(label, texts[index], middle, left, wide)
        parts += _place(axis, middle, values[index], intervals[index], size)
    middle = top + len(labels) * _ROW + 16
    parts += _name(mean.label, texts[-1], middle, left, wide) + _diamond(axis, middle, mean)
    if mean.new:
        middle += _ROW
        parts.append(words(left - 10, middle + 4, mean.new_label, "label", "end", room=left - 10))
        parts += _span(axis, middle, mean.new, "s1")
    return frame(title, wide, bottom + 26, parts)


def _name(label: str, text: str, middle: float, left: float, wide: float) -> list[str]:
    return [
        words(left - 10, middle + 4, label, "label", "end", room=left - 10),
        words(wide, middle + 4, text, "label", "end"),
    ]


def _place(
    axis: Scale,
    middle: float,
    value: float | None,
    interval: tuple[float, float] | None,
    size: float,
) -> list[str]:
    shown = drawable(value)
    if shown is None:
        return []
    parts = _span(axis, middle, interval, "error") if interval else []
    half = max(_LEAST, _LARGEST * size)
    x = _held(axis, shown)
    d = f"M{short(x - half)} {short(middle - half)}h{short(2 * half)}v{short(2 * half)}"
    return [*parts, element("path", class_="bar", d=f"{d}h{short(-2 * half)}Z")]


def _span(axis: Scale, middle: float, span: tuple[float, float], kind: str) -> list[str]:
    ends = [_held(axis, end) for end in sorted(span) if not math.isnan(end)]
    if len(ends) < 2:
        return []
    d = f"M{short(ends[0])} {short(middle - 4)}v8m0-4H{short(ends[1])}m0-4v8"
    return [element("path", class_=kind, d=d)]


def _diamond(axis: Scale, middle: float, mean: Mean) -> list[str]:
    if drawable(mean.value) is None:
        return []
    low, high = (_held(axis, end) for end in sorted(mean.interval))
    at = _held(axis, mean.value)
    d = f"M{short(low)} {short(middle)}L{short(at)} {short(middle - 8)}L{short(high)} "
    return [element("path", class_="bar", d=f"{d}{short(middle)}L{short(at)} {short(middle + 8)}Z")]


def _held(axis: Scale, value: float) -> float:
    """The pixel of a value, at the edge when it lies beyond."""
    return axis(max(axis.low, min(axis.high, value)))


def _axis(
    values: Sequence[float | None],
    intervals: Sequence[tuple[float, float] | None],
    mean: Mean,
    reference: float | None,
) -> Scale:
    """Around every value and the mean; intervals may reach beyond by as much again, not more."""
    shown = [
        drawn for one in (*values, mean.value, reference) if (drawn := drawable(one)) is not None
    ]
    middle, reach = (min(shown) + max(shown)) / 2, (max(shown) - min(shown)) or 0.1
    spans = [*intervals, mean.interval, mean.new]
    ends = [end for span in spans if span for end in span if math.isfinite(end)]
    held = [max(middle - 1.5 * reach, min(middle + 1.5 * reach, end)) for end in ends]
    return scale([*shown, *held], wanted=5)
