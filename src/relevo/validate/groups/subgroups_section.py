"""The parts of a page about subgroups: every metric by part of the rows."""

from __future__ import annotations

from relevo.picture.bars import bars
from relevo.picture.page import Cell, Note, Picture, Section, Table
from relevo.validate.groups.subgroups import Subgroup, Subgroups
from relevo.words import say

NARROW = "\N{NO-BREAK SPACE}"  # keeps a name on one line beside many columns


def subgroups_section(found: Subgroups, lang: str) -> tuple[Section, ...]:
    """One section for each column, what is beyond noise on top of the first."""
    columns = dict.fromkeys(one.column for one in found.groups)
    said = found.said(lang)
    notes = tuple(Note(text, "warning") for text in said) or (
        Note(say("subgroups.calm", lang), "good"),
    )
    sections = []
    for column in columns:
        of = [one for one in found.groups if one.column == column]
        title = say("subgroups.heading", lang, column=column)
        blocks = (_picture(found, of, column, lang), _table(found, of, column, lang))
        sections.append(Section(title, (*notes, *blocks)))
        notes = ()
    if sections and found.too_small:
        names = "; ".join(found.too_small)
        last = sections[-1]
        note = Note(say("subgroups.too_small", lang, names=names))
        sections[-1] = Section(last.title, (*last.blocks, note))
    return tuple(sections)


def _picture(found: Subgroups, of: list[Subgroup], column: str, lang: str) -> Picture:
    head = [one.evidence[found.metric] for one in of]
    whole = found.overall[found.metric].value
    svg = bars(
        [one.name for one in of],
        [figure.value for figure in head],
        [figure.interval for figure in head],
        title=say("subgroups.picture", lang, metric=found.metric, column=column),
        reference=[whole] * len(of),
    )
    return Picture(svg, say("subgroups.note", lang, metric=found.metric))


def _table(found: Subgroups, of: list[Subgroup], column: str, lang: str) -> Table:
    others = [one.metric for one in found.overall.figures if one.metric != found.metric]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            one.name.replace(" ", NARROW),
            one.rows,
            one.evidence[found.metric].value,
            one.difference,
            one.p_value,
            *(one.evidence[name].value for name in others),
        )
        for one in of
    )
    words = [say(f"subgroups.{name}", lang) for name in ("part", "rows", "difference", "p_value")]
    header = (*words[:2], found.metric, *words[2:], *others)
    return Table(say("subgroups.caption", lang, column=column), header, rows)
