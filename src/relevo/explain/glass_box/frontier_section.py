"""`frontier_section`: the frontier as a sentence, a picture and a table."""

from __future__ import annotations

import math

from relevo.explain.glass_box.frontier import Frontier
from relevo.picture.number import number
from relevo.picture.page import Note, Picture, Section, Table
from relevo.picture.scatter import scatter
from relevo.words import say

_DIGITS = 3


def frontier_sentence(frontier: Frontier, lang: str | None = None, kind: str = "additive") -> str:
    """What a kind of model costs: "The glass box costs you .004 roc_auc (-.003 to .011)..."."""
    model, named = frontier.of(kind), say(f"frontier.kind.{kind}", lang)
    if frontier.best == kind:
        return say("frontier.costs_nothing", lang, kind=named)
    low, high = model.gap_interval
    told = say(
        "frontier.costs",
        lang,
        kind=named,
        gap=_signed(model.gap),
        metric=frontier.metric,
        low=_signed(low),
        high=_signed(high),
        best=say(f"frontier.kind.{frontier.best}", lang),
    )
    if not math.isfinite(low):
        return told
    return f"{told} {say('frontier.beyond_noise' if low > 0 else 'frontier.within_noise', lang)}"


def frontier_section(frontier: Frontier, lang: str) -> Section:
    """The sentence, accuracy against what there is to read, and all figures.

    Parameters
    ----------
    frontier
        What `relevo.explain.glass_box.frontier.frontier` found.
    lang
        `"en"` or `"es"`.

    """
    models = frontier.models
    picture = scatter(
        [math.log10(model.pieces) for model in models],
        [model.value for model in models],
        [model.interval for model in models],
        title=say("frontier.title", lang, metric=frontier.metric),
        axes=(say("frontier.read", lang), frontier.metric),
        labels=[say(f"frontier.kind.{model.kind}", lang) for model in models],
        wide=560.0,
    )
    in_turn = "caption_in_turn" if frontier.splits > 1 else "caption"
    header = ("low", "high", "gap", "gap_low", "gap_high", "pieces", "seconds")
    table = Table(
        say(f"frontier.{in_turn}", lang, rows=frontier.rows, splits=frontier.splits),
        (
            say("frontier.model", lang),
            frontier.metric,
            *(say(f"frontier.{name}", lang) for name in header),
        ),
        tuple(
            (
                say(f"frontier.kind.{model.kind}", lang),
                model.value,
                *model.interval,
                model.gap,
                *model.gap_interval,
                float(model.pieces),
                model.seconds,
            )
            for model in models
        ),
    )
    caption = say("frontier.note", lang)
    return Section(
        say("frontier.heading", lang),
        (Note(frontier_sentence(frontier, lang)), Picture(picture, caption), table),
    )


def _signed(value: float) -> str:
    return number(value, _DIGITS)
