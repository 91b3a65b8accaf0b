"""`curve`: one line per series over numbers, such as a score along a column's values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from relevo.picture.svg import (
    across,
    element,
    frame,
    legend,
    line,
    short,
    upright,
    width,
    words,
)
from relevo.picture.ticks import Scale, drawable, scale
from relevo.words import say

Band = Sequence[tuple[float, float] | None]
_STYLES = 4
_RUG = 7.0


def curve(
    x: Sequence[float],
    series: Mapping[str, Sequence[float | None]],
    bands: Mapping[str, Band] | None = None,
    *,
    title: str,
    axes: tuple[str, str] = ("", ""),
    rug: Sequence[float] = (),
    zero: bool = False,
    wide: float = 460.0,
    high: float = 240.0,
) -> str:
    """Lines over numbers, with a legend when there are two or more.

    Parameters
    ----------
    x
        Where the points lie, increasing, `(n_points,)`.
    series
        By name, one value per point; None or a value that is not finite breaks the line. Four
        series have styles of their own; a fifth begins again.
    bands
        By the name of a series, the low and high end at each point, drawn as a shade.
    title
        What the picture shows; read aloud to those who do not see it.
    axes
        What the numbers below and the values are.
    rug
        Numbers that are marked by a short stroke on the lower axis.
    zero
        Whether the axis of values must hold zero.
    wide, high
        Pixels of the plot; the legend comes on top.

    Returns
    -------
    str
        An `<svg>` element without colours of its own: `page` and `standalone` give them.

    """
    places = [drawable(one) for one in x]
    tidy = {
        name: [None if at is None else drawable(value)
               for at, value in zip(places, values, strict=True)]
        for name, values in series.items()
    }  # fmt: skip
    shown = [value for values in tidy.values() for value in values if value is not None]
    if not shown:
        return frame(title, wide, 40.0, [words(0, 24, say("picture.empty"))])
    shades = {name: _finite(band) for name, band in (bands or {}).items()}
    ends = [end for band in shades.values() for span in band if span for end in span]
    values_axis = scale(shown + ends, wanted=5, zero=zero)
    left = max(map(width, values_axis.labels)) + 12
    parts, top = _heading(list(tidy), axes[1], wide)
    bottom = top + high - (48 if axes[0] else 30)
    values_axis = values_axis.to(bottom, top + 6)
    numbers = scale(one for one in places if one is not None).to(left + 6, wide - 22)
    parts += across(values_axis, left, wide - 16)
    parts += upright(numbers, bottom, bottom, grid=False)
    parts += _rug(rug, numbers, bottom)
    if axes[0]:
        middle, room = (left + wide - 16) / 2, wide - left - 16
        parts.append(words(middle, bottom + 40, axes[0], "label", "middle", room=room))
    xs = [math.nan if one is None else numbers(one) for one in places]
    for index, (name, values) in enumerate(tidy.items()):
        kind = index % _STYLES + 1
        if name in shades:
            parts += _shade(xs, shades[name], values_axis, f"b{kind}")
        parts += _line(xs, values, values_axis, kind)
    return frame(title, wide, top + high, parts)


def _heading(names: list[str], axis: str, wide: float) -> tuple[list[str], float]:
    parts = [words(0, 14, axis, room=wide)] if axis else []
    top = 24.0 if axis else 4.0
    if len(names) < 2:
        return parts, top
    styles = ((name, f"s{index % _STYLES + 1}") for index, name in enumerate(names))
    drawn, below = legend(styles, 0.0, wide, top + 10)
    return parts + drawn, below


def _finite(band: Band) -> list[tuple[float, float] | None]:
    return [span if span and all(map(math.isfinite, span)) else None for span in band]


def _rug(rug: Sequence[float], numbers: Scale, bottom: float) -> Iterator[str]:
    for value in rug:
        if math.isfinite(value) and numbers.low <= value <= numbers.high:
            at = numbers(value)
            yield line(at, bottom, at, bottom - _RUG, "axis")


def _runs(present: Sequence[object]) -> Iterator[list[int]]:
    for there, run in groupby(range(len(present)), key=lambda at: present[at] is not None):
        if there:
            yield list(run)


def _line(xs: list[float], values: list[float | None], axis: Scale, kind: int) -> Iterator[str]:
    for run in _runs(values):
        points = [f"{short(xs[at])} {short(axis(values[at] or 0.0))}" for at in run]
        if len(points) > 1:
            yield element("path", class_=f"s{kind}", d="M" + "L".join(points))
        else:
            place = xs[run[0]], axis(values[run[0]] or 0.0)
            yield element("circle", class_=f"d{kind}", cx=place[0], cy=place[1], r=3.6)


def _shade(
    xs: list[float], band: list[tuple[float, float] | None], axis: Scale, kind: str
) -> Iterator[str]:
    known = [None if math.isnan(x) else span for x, span in zip(xs, band, strict=True)]
    for run in _runs(known):
        spans = [(xs[at], *(known[at] or (0.0, 0.0))) for at in run]
        upper = [f"{short(x)} {short(axis(high))}" for x, _, high in spans]
        lower = [f"{short(x)} {short(axis(low))}" for x, low, _ in reversed(spans)]
        yield element("path", class_=kind, d="M" + "L".join(upper + lower) + "Z")
