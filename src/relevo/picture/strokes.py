"""What pictures of lines share: their heading, the runs without a gap, and the shade of a band."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby

from relevo.picture.svg import element, legend, short, words
from relevo.picture.ticks import Scale

Band = Sequence[tuple[float, float] | None]
STYLES = 4  # of lines; a fifth series begins again


def heading(names: Sequence[str], axis: str, wide: float) -> tuple[list[str], float]:
    """What the values are, a legend of two or more series, and the pixel below them."""
    parts = [words(0, 14, axis, room=wide)] if axis else []
    top = 24.0 if axis else 4.0
    if len(names) < 2:
        return parts, top
    styles = ((name, f"s{index % STYLES + 1}") for index, name in enumerate(names))
    drawn, below = legend(styles, 0.0, wide, top + 10)
    return parts + drawn, below


def runs(present: Sequence[object]) -> Iterator[list[int]]:
    """The positions of neighbours that are not None."""
    for there, run in groupby(range(len(present)), key=lambda at: present[at] is not None):
        if there:
            yield list(run)


def path_of(xs: Sequence[float], values: Sequence[float | None], axis: Scale, kind: str) -> str:
    """A line through points that are all there."""
    points = (
        f"{short(x)} {short(axis(value or 0.0))}" for x, value in zip(xs, values, strict=True)
    )
    return element("path", class_=kind, d="M" + "L".join(points))


def shade(xs: Sequence[float], band: Band, axis: Scale, kind: str) -> Iterator[str]:
    """A band of finite ends, broken where there is none or no place for it."""
    known = [None if math.isnan(x) else span for x, span in zip(xs, band, strict=True)]
    for run in runs(known):
        spans = [(xs[at], *(known[at] or (0.0, 0.0))) for at in run]
        upper = [f"{short(x)} {short(axis(high))}" for x, _, high in spans]
        lower = [f"{short(x)} {short(axis(low))}" for x, low, _ in reversed(spans)]
        yield element("path", class_=kind, d="M" + "L".join(upper + lower) + "Z")


def finite(band: Band) -> list[tuple[float, float] | None]:
    """A band without what is not finite."""
    return [span if span and all(map(math.isfinite, span)) else None for span in band]
