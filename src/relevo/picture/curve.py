"""`curve`: one line per series over numbers, such as a score along a column's values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from relevo.picture.strokes import STYLES, Band, finite, heading, path_of, runs, shade
from relevo.picture.svg import (
    across,
    element,
    frame,
    line,
    upright,
    width,
    words,
)
from relevo.picture.ticks import Scale, drawable, scale
from relevo.words import say

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
    shades = {name: finite(band) for name, band in (bands or {}).items()}
    ends = [end for band in shades.values() for span in band if span for end in span]
    values_axis = scale(shown + ends, wanted=5, zero=zero)
    left = max(map(width, values_axis.labels)) + 12
    parts, top = heading(list(tidy), axes[1], wide)
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
        kind = index % STYLES + 1
        if name in shades:
            parts += shade(xs, shades[name], values_axis, f"b{kind}")
        parts += _line(xs, values, values_axis, kind)
    return frame(title, wide, top + high, parts)


def _rug(rug: Sequence[float], numbers: Scale, bottom: float) -> Iterator[str]:
    for value in rug:
        if math.isfinite(value) and numbers.low <= value <= numbers.high:
            at = numbers(value)
            yield line(at, bottom, at, bottom - _RUG, "axis")


def _line(xs: list[float], values: list[float | None], axis: Scale, kind: int) -> Iterator[str]:
    for run in runs(values):
        if len(run) > 1:
            own = [xs[at] for at in run], [values[at] for at in run]
            yield path_of(*own, axis, f"s{kind}")
        else:
            place = xs[run[0]], axis(values[run[0]] or 0.0)
            yield element("circle", class_=f"d{kind}", cx=place[0], cy=place[1], r=3.6)
