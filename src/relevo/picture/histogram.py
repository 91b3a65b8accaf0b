"""`histogram`: how values are spread, if wanted over an earlier spread."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from relevo.picture.svg import across, element, frame, legend, short, upright, width, words
from relevo.picture.ticks import Scale, scale, ticks
from relevo.words import say


def histogram(
    edges: Sequence[float],
    counts: Sequence[float],
    reference: Sequence[float] | None = None,
    *,
    title: str,
    axis: str = "",
    names: tuple[str, str] | None = None,
    wide: float = 480.0,
    high: float = 220.0,
) -> str:
    """Bars over bins; with `reference`, its outline on top, both as shares of their rows.

    Parameters
    ----------
    edges
        Ends of the bins, increasing, shape `(n_bins + 1,)`.
    counts, reference
        Rows in each bin, shape `(n_bins,)`. With a reference, both are drawn as shares, so that
        windows of different size can be compared. Bins of unequal width are drawn by density.
    title
        What the picture shows; read aloud to those who do not see it.
    axis
        What the values are, written below.
    names
        What `counts` and `reference` are called in the legend.
    wide, high
        Pixels of the plot.

    Returns
    -------
    str
        An `<svg>` element.

    """
    if not len(counts) or not sum(counts):
        return frame(title, wide, 40.0, [words(0, 24, say("picture.empty"))])
    drawn = _heights(edges, counts, shares=reference is not None)
    other = None if reference is None else _heights(edges, reference, shares=True)
    heights = scale([*drawn, *(other or ())], wanted=4, zero=True)
    left = max(map(width, heights.labels)) + 12
    parts, top = _heading(names, other is not None, wide)
    bottom = top + high - (48 if axis else 30)
    heights = heights.to(bottom, top + 6)
    marks = tuple(mark for mark in ticks(edges[0], edges[-1]) if edges[0] <= mark <= edges[-1])
    values = Scale(edges[0], edges[-1], left, wide - 16, marks or (edges[0], edges[-1]))
    parts += across(heights, left, wide - 16) + upright(values, bottom, bottom, grid=False)
    parts.append(_bars(edges, drawn, values, heights, "bar" if other is None else "soft"))
    if other is not None:
        parts.append(_outline(edges, other, values, heights))
    if axis:
        parts.append(
            words(
                (left + wide - 16) / 2, bottom + 40, axis, "label", "middle", room=wide - left - 16
            )
        )
    return frame(title, wide, top + high, parts)


def _heading(names: tuple[str, str] | None, both: bool, wide: float) -> tuple[list[str], float]:
    if not both:
        return [], 4.0
    current, reference = names or (say("picture.current"), say("picture.reference"))
    return legend([(current, "key"), (reference, "s3")], 0.0, wide, 10.0)


def _heights(edges: Sequence[float], counts: Sequence[float], shares: bool) -> list[float]:
    widths = [end - start for start, end in pairwise(edges)]
    usual = sorted(widths)[len(widths) // 2]
    total = (sum(counts) or 1.0) if shares else 1.0
    return [count / total * usual / wide for count, wide in zip(counts, widths, strict=True)]


def _bars(
    edges: Sequence[float], drawn: Sequence[float], values: Scale, heights: Scale, kind: str
) -> str:
    floor = short(heights(0.0))
    path = "".join(
        f"M{short(values(start) + 0.5)} {floor}V{short(heights(height))}"
        f"H{short(max(values(start) + 1, values(end) - 0.5))}V{floor}Z"
        for start, end, height in zip(edges[:-1], edges[1:], drawn, strict=True)
        if height > 0
    )
    return element("path", class_=kind, d=path)


def _outline(edges: Sequence[float], other: Sequence[float], values: Scale, heights: Scale) -> str:
    path = f"M{short(values(edges[0]))} {short(heights(0.0))}"
    for end, height in zip(edges[1:], other, strict=True):
        path += f"V{short(heights(height))}H{short(values(end))}"
    return element("path", class_="s3", d=f"{path}V{short(heights(0.0))}")
