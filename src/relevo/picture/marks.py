"""`marks_above`: upright lines through a picture, with a few words above each."""

from __future__ import annotations

from collections.abc import Mapping

from relevo.picture.svg import line, width, words

_ROW = 18.0


def marks_above(
    marks: Mapping[float, str], left: float, right: float, top: float, high: float
) -> tuple[list[str], float]:
    """The marks, their words in as many rows as they need, and the pixel below the words.

    Parameters
    ----------
    marks
        What happened, by its pixel from the left.
    left, right
        Where words may begin, and where they must end.
    top
        The pixel below which the words stand.
    high
        How far the lines reach below the words.

    """
    rows: list[float] = []  # the pixel that each row is taken up to
    placed: list[tuple[float, float, int, str]] = []
    for x, what in sorted(marks.items()):
        start = max(left, min(x + 5, right - width(what)))
        # Below every row whose words are in the way of it: its line goes through those beneath.
        row = max((at + 1 for at, end in enumerate(rows) if end >= min(start, x)), default=0)
        rows[row : row + 1] = [start + width(what)]
        placed.append((x, start, row, what))
    below = top + _ROW * len(rows)
    parts: list[str] = []
    for x, start, row, what in placed:
        y = top + _ROW * row + 12
        aside = start <= x  # near the end the words stand over the line, not beside it
        parts.append(line(x, y + 5 if aside else y - 8, x, below + high, "moment"))
        parts.append(words(start, y, what, "label", room=right - start + 1))
    return parts, below
