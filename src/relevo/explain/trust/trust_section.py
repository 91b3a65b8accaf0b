"""The part of a page that says whether the explanations can be believed."""

from __future__ import annotations

from relevo.explain.trust.faithfulness import Curves
from relevo.explain.trust.trust import Trust
from relevo.picture.curve import curve
from relevo.picture.page import Note, Picture, Section, Table
from relevo.words import say


def trust_section(found: Trust, lang: str) -> Section:
    """The verdict, every check with its figure, and the deletion curves.

    Parameters
    ----------
    found
        What `relevo.explain.trust` gave.
    lang
        Language of the texts.

    """
    blocks: list[Note | Table | Picture] = [_overall(found, lang), _table(found, lang)]
    if found.curves is not None:
        blocks.append(_picture(found.curves, lang))
    return Section(say("trust.heading", lang), tuple(blocks))


def _overall(found: Trust, lang: str) -> Note:
    verdict = found.verdict
    named = [check.name for check in found.checks if check.verdict == verdict]
    names = "; ".join(say(f"trust.name.{name}", lang) for name in named)
    text = say(f"trust.overall.{verdict}", lang, checks=names)
    return Note(text, "good" if verdict == "holds" else "warning")


def _table(found: Trust, lang: str) -> Table:
    header = ("check", "value", "low", "high", "verdict", "asks")
    rows = tuple(
        (
            say(f"trust.name.{check.name}", lang),
            check.value,
            *check.interval,
            say(f"trust.verdicts.{check.verdict}", lang),
            say(f"trust.asks_for.{check.name}", lang),
        )
        for check in found.checks
    )
    return Table(
        say("trust.caption", lang, rows=found.rows),
        tuple(say(f"trust.{name}", lang) for name in header),
        rows,
    )


def _picture(curves: Curves, lang: str) -> Picture:
    series = {
        say("trust.attributed", lang): curves.deletion,
        say("trust.by_chance", lang): curves.deletion_random,
    }
    steps = [float(step) for step in curves.steps]
    axes = (say("trust.removed", lang), "")
    svg = curve(steps, series, title=say("trust.curves_title", lang), axes=axes)
    return Picture(svg, say("trust.curves_note", lang))
