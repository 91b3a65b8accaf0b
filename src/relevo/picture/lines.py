"""`lines`: one line per series over ordered labels, such as quality by month."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from relevo.picture.marks import marks_above
from relevo.picture.number import number
from relevo.picture.strokes import STYLES, Band, finite, heading, path_of, runs, shade
from relevo.picture.svg import (
    across,
    clean,
    element,
    frame,
    line,
    stride,
    width,
    words,
)
from relevo.picture.ticks import SMALLEST, Scale, decades, drawable, scale
from relevo.words import say

_EVERY = (1, 2, 3, 4, 6, 7, 12, 14, 15, 20, 24, 30, 60, 90, 120)  # of a clock or a calendar
_MOST_POINTS = 100  # of a series; more would run into each other, and the line says it all


def lines(
    labels: Sequence[str],
    series: Mapping[str, Sequence[float | None]],
    bands: Mapping[str, Band] | None = None,
    *,
    title: str,
    marks: Mapping[int, str] | None = None,
    axis: str = "",
    zero: bool = False,
    ratios: bool = False,
    wide: float = 720.0,
    high: float = 260.0,
) -> str:
    """Lines over ordered labels, with a legend when there are two or more.

    Parameters
    ----------
    labels
        What stands below the points, in order; some are left out where they would touch.
    series
        By name, one value per label; None or a value that is not finite breaks the line. Four
        series have styles of their own (colour and dashes); a fifth begins again. Of a series of
        more than 100 values only the line is drawn.
    bands
        By the name of a series, the low and high end at each label, drawn as a shade.
    title
        What the picture shows; read aloud to those who do not see it.
    marks
        By the position of a label, what happened there: an upright line and a few words above it.
    axis
        What the values are, written above the axis.
    zero
        Whether the axis must hold zero.
    ratios
        Whether equal ratios lie equally far apart: for values over decades. One that is not above
        zero breaks the line.
    wide, high
        Pixels of the plot; the legend comes on top.

    Returns
    -------
    str
        An `<svg>` element.

    """
    shades = {name: finite(band) for name, band in (bands or {}).items()}
    tidy = {name: [drawable(value) for value in values] for name, values in series.items()}
    if ratios:
        tidy = {
            name: [one if one and one >= SMALLEST else None for one in tidy[name]] for name in tidy
        }
        shades = {
            name: [span if span and span[0] >= SMALLEST else None for span in band]
            for name, band in shades.items()
        }
    shown = [value for values in tidy.values() for value in values if value is not None]
    if not shown:
        return frame(title, wide, 40.0, [words(0, 24, say("picture.empty"))])
    shown += [end for band in shades.values() for span in band if span for end in span]
    values_axis = decades(shown) if ratios else scale(shown, wanted=5, zero=zero)
    left = max(max(map(width, values_axis.labels)) + 12, width(labels[0]) / 2)
    right = wide - width(labels[-1]) / 2 - 4
    parts, top = heading(list(tidy), axis, wide)
    xs = _positions(len(labels), left + 8, right)
    happened = {xs[at]: what for at, what in (marks or {}).items()}
    drawn, top = marks_above(happened, left, wide, top, high - 30)
    values_axis = values_axis.to(top + high - 30, top + 6)
    parts += drawn
    parts += across(values_axis, left, right + 4)
    parts += _below(labels, xs, top + high - 10, wide)
    for index, (name, values) in enumerate(tidy.items()):
        kind = index % STYLES + 1
        if name in shades:
            parts += shade(xs, shades[name], values_axis, f"b{kind}")
        parts += (
            path_of([xs[at] for at in run], [values[at] for at in run], values_axis, f"s{kind}")
            for run in runs(values)
            if len(run) > 1
        )
        if len(labels) <= _MOST_POINTS:
            parts += _points(xs, values, labels, values_axis, f"d{kind}", name)
    return frame(title, wide, top + high, parts)


def _positions(count: int, left: float, right: float) -> list[float]:
    if count == 1:
        return [(left + right) / 2]
    return [left + (right - left) * index / (count - 1) for index in range(count)]


def _below(labels: Sequence[str], xs: list[float], y: float, wide: float) -> Iterator[str]:
    step = xs[1] - xs[0] if len(xs) > 1 else math.inf
    least = stride(max(map(width, labels)), step)
    every = next((one for one in _EVERY if one >= least), least)
    for x, label in list(zip(xs, labels, strict=True))[::every]:
        yield line(x, y - 20, x, y - 15, "axis")
        if x + width(label) / 2 <= wide:  # a long one near the end would stand outside
            yield words(x, y, label, anchor="middle")


def _points(
    xs: list[float],
    values: list[float | None],
    labels: Sequence[str],
    axis: Scale,
    kind: str,
    name: str,
) -> Iterator[str]:
    for x, value, label in zip(xs, values, labels, strict=True):
        if value is not None:
            told = f"<title>{clean(f'{name}, {label}: {number(value)}')}</title>"
            yield element("circle", told, class_=kind, cx=x, cy=axis(value), r=2.6)
