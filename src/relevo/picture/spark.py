"""`spark`: a small histogram for the cell of a table."""

from __future__ import annotations

from collections.abc import Sequence

from relevo.picture.svg import clean, element, short


def spark(counts: Sequence[float], *, title: str, wide: float = 96.0, high: float = 24.0) -> str:
    """Bars without axes, as tall as their share of the tallest.

    Parameters
    ----------
    counts
        Rows in each bin, shape `(n_bins,)`.
    title
        What the picture shows; read aloud to those who do not see it.
    wide, high
        Pixels.

    Returns
    -------
    str
        An `<svg>` element.

    """
    tallest, step = max(counts, default=0) or 1, wide / max(1, len(counts))
    path = "".join(
        f"M{short(index * step)} {short(high)}v{short(-max(1.0, count / tallest * high))}"
        f"h{short(max(1.0, step - 1))}V{short(high)}"
        for index, count in enumerate(counts)
        if count > 0
    )
    drawn = element("path", class_="bar", d=path) if path else ""
    return element(
        "svg",
        f"<title>{clean(title)}</title>{drawn}",
        class_="picture",
        role="img",
        aria_label=title,
        viewBox=f"0 0 {short(wide)} {short(high)}",
        width=wide,
        height=high,
    )
