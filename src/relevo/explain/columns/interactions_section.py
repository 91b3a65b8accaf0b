"""The part of a page about columns that work together."""

from __future__ import annotations

from collections.abc import Sequence

from relevo.explain.columns.interactions import Interaction
from relevo.picture.bars import bars
from relevo.picture.grid import grid
from relevo.picture.page import Note, Picture, Section, Table
from relevo.words import say

_MOST_SURFACES = 2


def interactions_section(found: Sequence[Interaction], lang: str) -> Section:
    """What is real in one sentence, the pairs with their intervals, and the surfaces of the first.

    Parameters
    ----------
    found
        What `relevo.explain.interactions` gave.
    lang
        Language of the texts.

    """
    real = [one for one in found if one.real]
    heading = say("effects.interactions_heading", lang)
    if not real:
        said = Note(say("effects.interactions_none", lang))
    else:
        pairs = ", ".join(map(_name, real))
        said = Note(say("effects.interactions_some", lang, pairs=pairs))
    if not found:
        return Section(heading, (said,))
    picture = bars(
        [_name(one) for one in found],
        [one.share for one in found],
        [one.interval for one in found],
        title=say("effects.interactions_title", lang),
    )
    note = say("effects.interactions_note", lang)
    surfaces = (_surface(one, lang) for one in real[:_MOST_SURFACES])
    return Section(heading, (said, Picture(picture, note), _table(found, lang), *surfaces))


def _name(one: Interaction) -> str:
    return " × ".join(one.columns)


def _table(found: Sequence[Interaction], lang: str) -> Table:
    names = ("pair", "share", "low", "high", "gain", "low", "high", "p_value", "real")
    rows = tuple(
        (
            _name(one),
            one.share,
            *one.interval,
            one.gain,
            *one.gain_interval,
            one.p_value,
            say(f"effects.{'yes' if one.real else 'no'}", lang),
        )
        for one in found
    )
    header = tuple(say(f"effects.{name}", lang) for name in names)
    return Table(say("effects.interactions_caption", lang), header, rows)


def _surface(one: Interaction, lang: str) -> Picture:
    across, down = one.columns
    note = say("effects.surface_note", lang, across=across, down=down)
    surface = one.surface
    return Picture(
        grid(surface.across, surface.down, surface.values, title=_name(one), axes=(across, down)),
        note,
    )
