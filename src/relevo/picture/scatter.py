"""`scatter` and `calibration`: points in a plane."""

from __future__ import annotations

import math
from collections.abc import Sequence

from relevo.picture.svg import across, element, frame, line, short, upright, width, words
from relevo.picture.ticks import Scale, scale
from relevo.words import say


def scatter(
    x: Sequence[float],
    y: Sequence[float],
    intervals: Sequence[tuple[float, float] | None] | None = None,
    *,
    title: str,
    axes: tuple[str, str] = ("", ""),
    diagonal: bool = False,
    labels: Sequence[str] = (),
    wide: float = 400.0,
    high: float = 320.0,
) -> str:
    """Points, with a vertical error bar each where `intervals` has one.

    Parameters
    ----------
    x, y
        Shape `(n_points,)`; points that are not finite are left out.
    intervals
        Low and high end of each `y`.
    title
        What the picture shows; read aloud to those who do not see it.
    axes
        What x and y are.
    diagonal
        Whether the line `y = x` is drawn; both axes then share one scale.
    labels
        The name of each point, written beside it; none when empty.
    wide, high
        Pixels.

    Returns
    -------
    str
        An `<svg>` element.

    """
    spans = intervals or [None] * len(x)
    points = [
        (a, b, span, name)
        for a, b, span, name in zip(x, y, spans, labels or [""] * len(x), strict=True)
        if math.isfinite(a) and math.isfinite(b)
    ]
    if not points:
        return frame(title, wide, 40.0, [words(0, 24, say("picture.empty"))])
    ys = [b for _, b, *_ in points] + [end for *_, span, _ in points if span for end in span]
    xs = [a for a, *_ in points]
    across_axis, up_axis = scale(xs + ys if diagonal else xs), scale(xs + ys if diagonal else ys)
    return frame(title, wide, high, _draw(points, across_axis, up_axis, axes, diagonal, wide, high))


def calibration(
    predicted: Sequence[float],
    observed: Sequence[float],
    intervals: Sequence[tuple[float, float] | None] | None = None,
    *,
    title: str,
) -> str:
    """Observed share against predicted probability; a calibrated model lies on the diagonal.

    Parameters
    ----------
    predicted, observed
        Mean probability and share of positive rows of each bin, shape `(n_bins,)`.
    intervals
        Low and high end of each observed share.
    title
        What the picture shows.

    Returns
    -------
    str
        An `<svg>` element.

    """
    axes = (say("picture.predicted"), say("picture.observed"))
    return scatter(predicted, observed, intervals, title=title, axes=axes, diagonal=True)


def _draw(
    points: list[tuple[float, float, tuple[float, float] | None, str]],
    x: Scale,
    y: Scale,
    axes: tuple[str, str],
    diagonal: bool,
    wide: float,
    high: float,
) -> list[str]:
    left, top = max(map(width, y.labels)) + 14, 24.0 if axes[1] else 8.0
    bottom = high - (46 if axes[0] else 28)
    x, y = x.to(left, wide - 20), y.to(bottom, top)
    parts = across(y, left, wide - 20) + upright(x, top, bottom)
    parts += [words(0, 12, axes[1], "label")] if axes[1] else []
    if axes[0]:
        parts.append(words((left + wide - 20) / 2, bottom + 40, axes[0], "label", "middle"))
    if diagonal:
        parts.append(line(x(x.low), y(x.low), x(x.high), y(x.high), "diagonal"))
    for turn, (a, b, span, name) in enumerate(points):
        if span and all(map(math.isfinite, span)):
            d = f"M{short(x(a))} {short(y(span[0]))}V{short(y(span[1]))}"
            parts.append(element("path", class_="error", d=d))
        parts.append(element("circle", class_="d1", cx=x(a), cy=y(b), r=3.6))
        if name:
            ends = x(a) + width(name) + 10 > wide  # no room on the right
            at = x(a) - 8 if ends else x(a) + 8
            beside = y(b) - 8 if turn % 2 == 0 else y(b) + 17  # so that neighbours do not touch
            parts.append(words(at, beside, name, "label", "end" if ends else None))
    return parts
