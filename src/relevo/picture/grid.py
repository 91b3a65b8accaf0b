"""`grid`: a number in each cell of two sets of names, shaded by its size and sign."""

from __future__ import annotations

import math
from collections.abc import Sequence

from relevo.picture.number import number
from relevo.picture.svg import element, frame, short, width, words
from relevo.picture.ticks import drawable
from relevo.words import say

_ROW = 30.0
_DARKEST = 0.5  # the number on the shade keeps a contrast of 4.5


def grid(
    across: Sequence[str],
    down: Sequence[str],
    values: Sequence[Sequence[float | None]],
    *,
    title: str,
    axes: tuple[str, str] = ("", ""),
    wide: float = 480.0,
) -> str:
    """Cells with their numbers: one colour above zero, another one below.

    Parameters
    ----------
    across, down
        Names of the columns and of the rows of cells.
    values
        By `down`, then by `across`; None where there is nothing.
    title
        What the picture shows; read aloud to those who do not see it.
    axes
        What `across` and `down` are.
    wide
        Width in pixels.

    Returns
    -------
    str
        An `<svg>` element without colours of its own: `page` and `standalone` give them.

    """
    tidy = [[drawable(value) for value in row] for row in values]
    shown = [abs(value) for row in tidy for value in row if value is not None]
    if not shown:
        return frame(title, wide, 40.0, [words(0, 24, say("picture.empty"))])
    largest = max(shown) or 1.0
    left = min(wide * 0.34, max(map(width, [*down, axes[1]])) + 4) + 10
    step, top = (wide - left) / len(across), 46.0 if axes[0] else 26.0
    parts = [words(left, 14, axes[0], "label", room=wide - left)] if axes[0] else []
    if axes[1]:
        parts.append(words(0, top - 8, axes[1], "label", room=left - 10))
    for at, name in enumerate(across):
        middle = left + (at + 0.5) * step
        parts.append(words(middle, top - 8, name, "tick", "middle", room=step - 4))
    for at, (name, row) in enumerate(zip(down, tidy, strict=True)):
        y = top + at * _ROW
        parts.append(words(left - 10, y + 19, name, "tick", "end", room=left - 14))
        for place, value in enumerate(row):
            parts += _cell(left + place * step, y, step, value, largest)
    return frame(title, wide, top + len(down) * _ROW + 4, parts)


def _cell(x: float, y: float, step: float, value: float | None, largest: float) -> list[str]:
    if value is None:
        return [words(x + step / 2, y + 19, "–", "tick", "middle")]
    d = f"M{short(x + 1)} {short(y + 1)}h{short(step - 2)}v{short(_ROW - 2)}H{short(x + 1)}Z"
    strength = f"{_DARKEST * abs(value) / largest:.3f}"
    kind = "d1" if value >= 0 else "d3"
    return [
        element("path", class_=kind, d=d, fill_opacity=strength),
        words(x + step / 2, y + 19, _text(value, largest), "label", "middle", room=step - 2),
    ]


def _text(value: float, largest: float) -> str:
    """With the decimals that the largest needs: what is small beside it is shown as such."""
    if not 1e-4 <= largest < 1e6:
        return number(value, 2)
    decimals = max(0, 1 - math.floor(math.log10(largest)))
    return f"{value:.{decimals}f}".replace("-", "−")
