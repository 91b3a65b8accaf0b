"""The part of a page about how the score goes with each column."""

from __future__ import annotations

from relevo.explain.columns.effect import Effect
from relevo.explain.columns.effects import Effects
from relevo.picture.bars import bars
from relevo.picture.curve import curve
from relevo.picture.page import Note, Picture, Section
from relevo.words import say


def effects_section(found: Effects, lang: str) -> Section:
    """A picture of each effect, and a word on what is left out."""
    pictures = tuple(
        Picture(effect_picture(one, lang), say("effects.effect_title", lang, column=one.column))
        for one in found.effects
    )
    kinds = dict.fromkeys(one.kind for one in found.effects)
    first = [Note(say(f"effects.effect_by_{kind}", lang)) for kind in kinds]
    notes = [Note(text) for text in _notes(found, lang)]
    return Section(say("effects.effects_heading", lang), (*first, *pictures, *notes))


def effect_picture(found: Effect, lang: str) -> str:
    """The curve of a number with its band, or the bars of categories with their intervals."""
    title = say("effects.effect_title", lang, column=found.column)
    spans = list(zip(found.low, found.high, strict=True))
    if not found.numeric:
        return bars([str(name) for name in found.positions], found.values, spans, title=title)
    mean = say("effects.mean", lang)
    series = {mean: found.values}
    if found.spread_low:
        series[say("effects.tenth", lang)] = found.spread_low
        series[say("effects.ninetieth", lang)] = found.spread_high
    positions = [float(place) for place in found.positions]
    return curve(
        positions,
        series,
        {mean: spans},
        title=title,
        axes=(found.column, _unit(found, lang)),
        rug=positions,
    )


def _unit(found: Effect, lang: str) -> str:
    if found.label is None:
        return say("effects.of_number", lang)
    unit = "log_odds" if found.scale == "score" else "of_probability"
    return say(f"effects.{unit}", lang, label=found.label)


def _notes(found: Effects, lang: str) -> list[str]:
    texts = []
    if any(one.numeric for one in found.effects):
        texts.append(say("effects.effect_band", lang))
    if any(not one.numeric for one in found.effects):
        texts.append(say("effects.effect_bars_note", lang))
    labels = {one.label for one in found.effects if one.label is not None and one.scale == "score"}
    texts += [say("effects.of_class", lang, label=label) for label in sorted(labels, key=str)]
    if any(one.spread_low for one in found.effects):
        texts.append(say("effects.spread_note", lang))
    missing = [one for one in found.effects if one.missing]
    texts += [
        say("effects.missing_rows", lang, column=one.column, rows=one.missing) for one in missing
    ]
    texts += [
        say(f"effects.left_out_{reason}", lang, column=column) for column, reason in found.left_out
    ]
    return texts
