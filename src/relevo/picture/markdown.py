"""`markdown`: the same sections that `page` shows, as a Markdown file with pictures beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count

from relevo.picture.number import number
from relevo.picture.page import Cell, Figures, Note, Picture, Section, Table
from relevo.picture.style import standalone
from relevo.words import say

# What CommonMark and its tables would read as marks of their own.
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~])")


@dataclass(frozen=True)
class Document:
    """A Markdown file and what it shows.

    Attributes
    ----------
    text
        The file.
    pictures
        By the path that the text names, relative to it: the SVG files.

    """

    text: str
    pictures: dict[str, str]


def markdown(
    title: str, sections: Sequence[Section], lang: str, lead: str = "", folder: str = "pictures"
) -> Document:
    """Sections as CommonMark with tables.

    Parameters
    ----------
    title, sections, lang, lead
        As `relevo.picture.page.page` takes them.
    folder
        Where its pictures will stand, relative to the file.

    Examples
    --------
    >>> print(markdown("Card", [Section("Limits", (Note("Few rows.", "warning"),))], "en").text)
    # Card
    <BLANKLINE>
    ## Limits
    <BLANKLINE>
    > **Note:** Few rows.
    <BLANKLINE>

    """
    writer = _Writer(lang, folder)
    blocks = [f"# {escaped(title)}", *([escaped(lead)] if lead else [])]
    for section in sections:
        blocks.append(f"## {escaped(section.title)}")
        blocks += [writer.block(block) for block in section.blocks]
    return Document("\n\n".join(blocks) + "\n", writer.pictures)


def escaped(text: str) -> str:
    """Text on one line, none of it read as Markdown."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


class _Writer:
    """Writes blocks and keeps the pictures that they show."""

    def __init__(self, lang: str, folder: str) -> None:
        self.lang, self.folder = lang, folder
        self.pictures: dict[str, str] = {}
        self._numbers = count(1)

    def block(self, block: Table | Picture | Note | Figures) -> str:
        if isinstance(block, Table):
            return self._table(block)
        if isinstance(block, Picture):
            return self._picture(block)
        if isinstance(block, Figures):
            return "\n".join(f"- {escaped(name)}: **{_value(v)}**" for name, v in block.items)
        if block.tone == "warning":
            return f"> **{say('picture.note', self.lang)}:** {escaped(block.text)}"
        return escaped(block.text)

    def _table(self, table: Table) -> str:
        rows = [tuple(map(self._cell, row)) for row in table.rows]
        lines = [_line(map(escaped, table.header)), _line("---" for _ in table.header)]
        lines += [_line(row) for row in rows]
        return f"**{escaped(table.caption)}**\n\n" + "\n".join(lines)

    def _cell(self, cell: Cell) -> str:
        return self._picture(cell) if isinstance(cell, Picture) else _value(cell)

    def _picture(self, picture: Picture) -> str:
        path = f"{self.folder}/{next(self._numbers):02d}.svg"
        self.pictures[path] = standalone(picture.svg)
        return f"![{escaped(picture.caption)}]({path})"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _value(value: str | float | None) -> str:
    return escaped(value) if isinstance(value, str) else number(value)
