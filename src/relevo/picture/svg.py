"""SVG text piece by piece: elements, words that fit, and the frame around a picture."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from html import escape

from relevo.picture.ticks import Scale

# Characters as XML 1.0 forbids them: a page that holds one does not parse.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NARROW, _WIDE = frozenset("iIjl.,:;|!'()[] ftr-"), frozenset("mwMW@%")
FONT = 13.0
NARROW = 480.0  # up to this width a picture is shrunk on a phone, beyond it is scrolled


def clean(words: object) -> str:
    """Text made safe for HTML and SVG, in an element as in a quoted attribute."""
    return escape(_FORBIDDEN.sub("\ufffd", str(words)))


def element(tag: str, content: str = "", **attributes: object) -> str:
    """One element; `class_` stands for class and `stroke_width` for stroke-width.

    Numbers are rounded to a tenth of a pixel; `content` is taken as it is, attributes are escaped.
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_attribute(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{written}>{content}</{tag}>" if content else f"<{tag}{written}/>"


def words(
    x: float,
    y: float,
    content: str,
    kind: str = "tick",
    anchor: str | None = None,
    room: float | None = None,
) -> str:
    """A line of text; longer than `room` pixels it is shortened, the whole stays in its title."""
    short = content if room is None else shortened(content, room)
    title = f"<title>{clean(content)}</title>" if short != content else ""
    return element("text", title + clean(short), class_=kind, x=x, y=y, text_anchor=anchor)


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    """A straight line."""
    return element("path", class_=kind, d=f"M{short(x1)} {short(y1)}L{short(x2)} {short(y2)}")


def width(content: str) -> float:
    """Pixels that a text takes at the pictures' font size, rather too many than too few."""
    return FONT * sum(_em(character) for character in content)


def shortened(content: str, room: float) -> str:
    """The text, cut with an ellipsis where it would be wider than `room` pixels."""
    if width(content) <= room:
        return content
    room -= width("…")
    for end, character in enumerate(content):
        room -= width(character)
        if room < 0:
            return content[: max(1, end)].rstrip() + "…"
    return content


def short(value: float) -> str:
    """A pixel, to a tenth."""
    return f"{round(value, 1) + 0.0:g}"


def frame(title: str, wide: float, high: float, parts: Iterable[str]) -> str:
    """The picture itself: named for those who do not see it, scaled to where it stands."""
    return element(
        "svg",
        f"<title>{clean(title)}</title>{''.join(parts)}",
        xmlns="http://www.w3.org/2000/svg",
        class_="picture wide" if wide > NARROW else "picture",
        role="img",
        aria_label=title,
        viewBox=f"0 0 {short(wide)} {short(high)}",
        width=wide,
        height=high,
        style=f"min-width:{short(min(wide, max(320.0, wide * 0.72)))}px",
    )


def across(axis: Scale, left: float, right: float) -> list[str]:
    """Grid lines and tick texts of a vertical axis."""
    return [
        part
        for mark, label in zip(axis.marks, axis.labels, strict=True)
        for part in (
            line(left, axis(mark), right, axis(mark), "axis" if mark == 0 else "grid"),
            words(left - 8, axis(mark) + 4, label, anchor="end"),
        )
    ]


def upright(axis: Scale, top: float, bottom: float, grid: bool = True) -> list[str]:
    """Grid lines and tick texts of a horizontal axis; texts that would touch are left out."""
    labels = axis.labels
    step = abs(axis(axis.marks[1]) - axis(axis.marks[0])) if len(axis.marks) > 1 else 1e9
    every = stride(max(width(label) for label in labels), step)
    parts = []
    for index, (mark, label) in enumerate(zip(axis.marks, labels, strict=True)):
        if grid:
            parts.append(line(axis(mark), top, axis(mark), bottom, "axis" if mark == 0 else "grid"))
        if index % every == 0:
            parts.append(words(axis(mark), bottom + 18, label, anchor="middle"))
    return parts


def stride(widest: float, step: float) -> int:
    """Every how many texts one can be written, `step` pixels apart, with air between them."""
    return max(1, int(-(-(widest + 12) // max(step, 1e-9))))


def legend(
    names: Iterable[tuple[str, str]], left: float, right: float, top: float
) -> tuple[list[str], float]:
    """Name and style class of each series, in lines that wrap; and the pixel below them."""
    parts: list[str] = []
    x, y = left, top
    for name, kind in names:
        wanted = min(width(name) + 44, right - left)
        if x > left and x + wanted > right:
            x, y = left, y + 20
        parts.append(line(x, y, x + 20, y, kind))
        parts.append(words(x + 26, y + 4, name, room=right - x - 26))
        x += wanted
    return parts, y + 16


def _attribute(value: object) -> str:
    return short(value) if isinstance(value, float) else clean(value)


def _em(character: str) -> float:
    if character in _NARROW:
        return 0.42
    if character in _WIDE:
        return 0.98
    if unicodedata.east_asian_width(character) in "WF":
        return 1.05
    return 0.76 if character.isupper() else 0.63
