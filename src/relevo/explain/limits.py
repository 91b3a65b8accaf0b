"""The part of a model card that says where the model ends, and what nobody has looked at yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from relevo.model.model import Model
from relevo.picture.page import Note, Section
from relevo.words import say

_FEW_JUDGED = 200


def limits_section(
    model: Model, sections: Sequence[Section], missing: Sequence[str], lang: str
) -> Section:
    """Limits of a version.

    Parameters
    ----------
    model
        The version.
    sections
        What validation and explanation found; each warning among them is told here too.
    missing
        The steps that were not done.
    lang
        `"en"` or `"es"`.

    """
    warnings = [
        Note(f"{section.title} – {block.text}", "warning")
        for section in sections
        for block in section.blocks
        if isinstance(block, Note) and block.tone == "warning"
    ]
    undone = [Note(say(f"card.undone_{step}", lang), "warning") for step in missing]
    usual = map(Note, _usual(model, lang))
    return Section(say("card.limits_heading", lang), (*undone, *warnings, *usual))


def _usual(model: Model, lang: str) -> Iterator[str]:
    lineage = model.lineage
    yield say("card.limit_population", lang)
    if lineage.rows_judged < _FEW_JUDGED:
        yield say("card.limit_few_judged", lang, rows=lineage.rows_judged)
    if model.problem.roles.time is None:
        yield say("card.limit_no_time", lang)
    yield say("card.limit_cause", lang)
