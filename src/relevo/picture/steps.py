"""`steps`: a function of a number that is constant between edges, with a shade around it."""

from __future__ import annotations

from collections.abc import Sequence

from relevo.picture.svg import across, element, frame, line, short, upright, width, words
from relevo.picture.ticks import Scale, scale
from relevo.words import say


def steps(
    edges: Sequence[float],
    values: Sequence[float],
    bands: Sequence[tuple[float, float]] | None = None,
    *,
    title: str,
    axes: tuple[str, str] = ("", ""),
    rows: Sequence[float] | None = None,
    wide: float = 480.0,
    high: float = 240.0,
) -> str:
    """A staircase, zero marked, and below it how the rows lie.

    Parameters
    ----------
    edges
        Ends of the steps, ascending, shape `(n_steps + 1,)`, all finite.
    values
        The height of each step, shape `(n_steps,)`.
    bands
        Low and high end of each.
    title
        What the picture shows; read aloud to those who do not see it.
    axes
        What is across and what is up.
    rows
        The share of the rows in each step: those of many rows get a darker mark below.
    wide, high
        Pixels.

    Returns
    -------
    str
        An `<svg>` element.

    """
    if not values or edges[-1] <= edges[0] or abs(edges[-1] - edges[0]) < 1e-300:
        return frame(title, wide, 40.0, [words(0, 24, say("picture.empty"))])
    shown = [*values, *(end for band in bands or () for end in band)]
    up, along = scale(shown, zero=True), scale(edges)
    left, top = max(map(width, up.labels)) + 14, 24.0 if axes[1] else 8.0
    bottom = high - (46 if axes[0] else 28)
    along, up = along.to(left, wide - 28), up.to(bottom - 8, top)
    parts = across(up, left, wide - 28) + upright(along, top, bottom, grid=False)
    parts += [words(0, 12, axes[1], "label", room=wide)] if axes[1] else []
    if axes[0]:
        middle = (left + wide - 28) / 2
        parts.append(words(middle, bottom + 40, axes[0], "label", "middle", room=wide - left))
    if bands:
        parts.append(_shade(edges, bands, along, up))
    parts.append(element("path", class_="s1", d=_stairs(edges, values, along, up)))
    if rows:
        parts += _rug(edges, rows, along, bottom)
    return frame(title, wide, high, parts)


def _stairs(edges: Sequence[float], values: Sequence[float], along: Scale, up: Scale) -> str:
    path = f"M{short(along(edges[0]))} {short(up(values[0]))}"
    for end, value in zip(edges[1:], values, strict=True):
        path += f"V{short(up(value))}H{short(along(end))}"
    return path


def _shade(
    edges: Sequence[float], bands: Sequence[tuple[float, float]], along: Scale, up: Scale
) -> str:
    upper = _stairs(edges, [high for _, high in bands], along, up)
    back = [low for low, _ in reversed(bands)]
    lower = _stairs(edges[::-1], back, along, up).replace("M", "L", 1)
    return element("path", class_="b1", d=f"{upper}{lower}Z")


def _rug(edges: Sequence[float], rows: Sequence[float], along: Scale, bottom: float) -> list[str]:
    """A mark in the middle of each step, the longer the more rows it holds for its width."""
    most = max(rows) or 1.0
    return [
        line(middle, bottom, middle, bottom - 6.0 * share / most, "axis")
        for start, end, share in zip(edges, edges[1:], rows, strict=False)
        if share > 0
        for middle in [along((start + end) / 2)]
    ]
