"""`page`: one HTML file that needs nothing else, and the blocks that it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from relevo.picture.number import number
from relevo.picture.style import COLOURS, FACE, PICTURE
from relevo.picture.svg import clean
from relevo.words import say


@dataclass(frozen=True)
class Picture:
    """A picture, as a block with a caption or in the cell of a table.

    Attributes
    ----------
    svg
        What a function of this room returned.
    caption
        The sentence below it; none when empty.

    """

    svg: str
    caption: str = ""


Cell = str | float | None | Picture


@dataclass(frozen=True)
class Table:
    """Rows under a header; the first cell of each row names it.

    Attributes
    ----------
    caption, header
        Texts.
    rows
        Text, number (right-aligned; None is a dash) or `Picture` per cell.

    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Note:
    """A paragraph; one with the tone `warning` stands out."""

    text: str
    tone: Literal["plain", "warning", "good"] = "plain"


@dataclass(frozen=True)
class Figures:
    """Headline figures side by side: name and value of each."""

    items: tuple[tuple[str, str | float | None], ...]


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it."""

    title: str
    blocks: tuple[Table | Picture | Note | Figures, ...] = field(default=())


_STYLE = (
    COLOURS + "*{box-sizing:border-box}"
    f"body{{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 {FACE}}}"
    "header,main,footer{max-width:1040px;margin:0 auto;padding:0 20px}"
    "header{padding-top:44px}h1{font-size:1.9rem;line-height:1.2;margin:0 0 .4em;"
    "letter-spacing:-.015em;text-wrap:balance}"
    "h2{font-size:1.2rem;margin:2.6em 0 .8em;padding-top:1em;border-top:1px solid var(--grid)}"
    "h1,h2,p,dt,dd,figcaption{overflow-wrap:anywhere}"
    "nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.2em 1.4em;margin:0;padding:0}"
    "a{color:var(--accent)}nav a{display:inline-block;padding:.25em 0}"
    ":focus-visible{outline:2px solid var(--accent);outline-offset:3px}"
    "p{margin:.6em 0;max-width:75ch}"
    ".warning,.good{border-left:4px solid var(--third);background:var(--surface);"
    "padding:.6em 1em;border-radius:0 6px 6px 0}.good{border-color:var(--accent)}"
    "dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;"
    "margin:1em 0}"
    "dl div{background:var(--surface);border-radius:8px;padding:12px 16px}"
    "dt{color:var(--muted);font-size:.85rem}dd{margin:0;font-size:1.35rem;font-weight:600;"
    "font-variant-numeric:tabular-nums}"
    ".pictures{display:flex;flex-wrap:wrap;gap:12px 40px}"
    "figure{margin:.8em 0;max-width:100%}"
    "figcaption{color:var(--ink);font-weight:600;font-size:.92rem;margin-bottom:.5em}"
    ".scroll{overflow-x:auto;max-width:100%;padding-bottom:4px}"
    "figure .picture{max-width:100%;height:auto;display:block}"
    "table{border-collapse:collapse;font-size:.9rem;width:100%;font-variant-numeric:tabular-nums}"
    "caption{text-align:left;font-weight:600;padding:.4em 0}"
    "td,th{padding:.5em .8em .5em 0;text-align:left;vertical-align:top;"
    "border-bottom:1px solid var(--grid);max-width:24em;overflow-wrap:break-word}"
    "thead th{color:var(--muted);font-weight:600;border-bottom-color:var(--muted);"
    "vertical-align:bottom}tbody th{font-weight:600}td .picture{display:block}"
    "dd.word{font-size:1.05rem;line-height:1.3;padding-top:.3em}"
    ".number{text-align:right;white-space:nowrap;padding-right:1.8em}"
    "footer{color:var(--muted);font-size:.85rem;padding-top:40px;padding-bottom:40px}"
    "@media print{body{font-size:11pt}nav{display:none}.scroll{overflow:visible}"
    "figure,tr,.warning,dl div{break-inside:avoid}h2{break-after:avoid}"
    "thead{display:table-header-group}}" + PICTURE
)


def page(title: str, sections: Sequence[Section], lang: str, lead: str = "") -> str:
    """One self-contained HTML page: no script, and nothing is asked of any other place.

    Parameters
    ----------
    title
        The page's name and first heading.
    sections
        What it holds, in order; three or more get a list of links on top.
    lang
        `"en"` or `"es"`: the language of the texts given, and of the page's own few words.
    lead
        A sentence below the title.

    Returns
    -------
    str
        The whole document; every text in it is escaped.

    """
    body = "".join(_section(index, section) for index, section in enumerate(sections, 1))
    return (
        f'<!DOCTYPE html><html lang="{clean(lang)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<link rel="icon" href="data:,">'
        f"<title>{clean(title)}</title><style>{_STYLE}</style></head><body>"
        f"<header><h1>{clean(title)}</h1>{f'<p>{clean(lead)}</p>' if lead else ''}"
        f"{_contents(sections, lang)}</header><main>{body}</main>"
        f"<footer>{clean(say('picture.made_by', lang))}</footer></body></html>\n"
    )


def _contents(sections: Sequence[Section], lang: str) -> str:
    if len(sections) < 3:
        return ""
    links = "".join(
        f'<li><a href="#s{index}">{clean(section.title)}</a></li>'
        for index, section in enumerate(sections, 1)
    )
    return f'<nav aria-label="{clean(say("picture.contents", lang))}"><ul>{links}</ul></nav>'


def _section(index: int, section: Section) -> str:
    blocks, pictures = "", ""
    for block in section.blocks:
        if isinstance(block, Picture):
            pictures += _figure(block)
            continue
        blocks += _row(pictures) + _block(block)
        pictures = ""
    return (
        f'<section aria-labelledby="s{index}"><h2 id="s{index}">{clean(section.title)}</h2>'
        f"{blocks}{_row(pictures)}</section>"
    )


def _row(pictures: str) -> str:
    return f'<div class="pictures">{pictures}</div>' if pictures else ""


def _block(block: Table | Note | Figures) -> str:
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Figures):
        items = "".join(
            f"<div><dt>{clean(name)}</dt>{_value(value)}</div>" for name, value in block.items
        )
        return f"<dl>{items}</dl>"
    tone = "" if block.tone == "plain" else f' class="{block.tone}"'
    return f"<p{tone}>{clean(block.text)}</p>"


def _value(value: str | float | None) -> str:
    kind = ' class="word"' if isinstance(value, str) and len(value) > 7 else ""
    return f"<dd{kind}>{_text(value)}</dd>"


def _figure(picture: Picture) -> str:
    caption = f"<figcaption>{clean(picture.caption)}</figcaption>" if picture.caption else ""
    scrolls = 'class="picture wide"' in picture.svg
    reach = _reachable(picture.caption) if scrolls else ""
    return f'<figure>{caption}<div class="scroll"{reach}>{picture.svg}</div></figure>'


def _reachable(name: str) -> str:
    # A keyboard must reach what scrolls (WCAG 2.1.1), hence the tab stop and the name.
    return f' role="group" tabindex="0" aria-label="{clean(name)}"'


def _table(table: Table) -> str:
    numeric = [
        all(isinstance(row[at], int | float | None) for row in table.rows) and bool(table.rows)
        for at in range(len(table.header))
    ]
    head = "".join(
        f'<th scope="col"{_aligned(is_number)}>{clean(name)}</th>'
        for name, is_number in zip(table.header, numeric, strict=True)
    )
    rows = "".join(_table_row(row, numeric) for row in table.rows)
    return (
        f'<div class="scroll"{_reachable(table.caption)}>'
        f'<table style="min-width:{min(8 * len(numeric), 60)}em">'
        f"<caption>{clean(table.caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _table_row(row: tuple[Cell, ...], numeric: list[bool]) -> str:
    first = f'<th scope="row"{_aligned(numeric[0])}>{_text(row[0])}</th>'
    rest = "".join(
        f"<td{_aligned(is_number)}>{_text(cell)}</td>"
        for cell, is_number in zip(row[1:], numeric[1:], strict=True)
    )
    return f"<tr>{first}{rest}</tr>"


def _aligned(is_number: bool) -> str:
    return ' class="number"' if is_number else ""


def _text(cell: Cell) -> str:
    if isinstance(cell, Picture):
        return cell.svg
    return clean(cell) if isinstance(cell, str) else number(cell)
