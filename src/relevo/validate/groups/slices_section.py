"""The part of a page about the worst slices."""

from __future__ import annotations

from collections.abc import Sequence

from relevo.picture.bars import bars
from relevo.picture.page import Note, Picture, Section, Table
from relevo.validate.groups.slices import Slice
from relevo.words import say


def slices_section(found: Sequence[Slice], lang: str) -> Section:
    """What was confirmed, or that nothing was."""
    title = say("slices.heading", lang)
    if not found:
        return Section(title, (Note(say("slices.calm", lang), "good"),))
    svg = bars(
        [one.said_rule(lang) for one in found],
        [one.loss for one in found],
        [(one.interval[0] + one.others, one.interval[1] + one.others) for one in found],
        title=say("slices.picture", lang),
        reference=[one.others for one in found],
        wide=720.0,
    )
    header = ("rule", "rows", "loss", "others", "low", "high", "p_value")
    rows = tuple(
        (one.said_rule(lang), one.rows, one.loss, one.others, *one.interval, one.p_value)
        for one in found
    )
    table = Table(
        say("slices.caption", lang), tuple(say(f"slices.{name}", lang) for name in header), rows
    )
    lead = Note(say("slices.lead", lang), "warning")
    return Section(title, (lead, Picture(svg, say("slices.picture", lang)), table))
