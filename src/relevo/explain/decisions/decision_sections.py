"""The parts of a page about single decisions: reasons of refusals, and what would turn them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from relevo.explain.decisions.counterfactual import Counterfactuals
from relevo.explain.decisions.phrases import Phrases
from relevo.explain.decisions.refusal import Refusal
from relevo.explain.decisions.row_codes import RowCodes
from relevo.explain.decisions.sensitive_used import sensitive_used
from relevo.model.model import Model
from relevo.picture.number import number
from relevo.picture.page import Note, Picture, Section, Table
from relevo.picture.waterfall import waterfall
from relevo.words import say

_MOST_SHOWN = 5


def reasons_section(
    model: Model, decisions: Sequence[RowCodes], lang: str, most: int = _MOST_SHOWN
) -> Section:
    """Some refusals with their reasons, and a picture of how the first one's score comes about.

    Parameters
    ----------
    model
        The model that decided.
    decisions
        What `reason_codes` gives; rows that are not refused are passed over.
    lang
        `"en"` or `"es"`; that of the decisions' texts.
    most
        How many are shown.

    """
    refused = [(at, one) for at, one in enumerate(decisions, 1) if one.adverse][:most]
    heading = say("decision.columns_heading", lang)
    warnings = tuple(Note(text, "warning") for text in sensitive_used(model, lang))
    if not refused:
        return Section(heading, (*warnings, Note(say("decision.none_refused", lang))))
    share = 100 * sum(one.stability for _, one in refused) / len(refused)
    stability = say("decision.columns_stability", lang, share=f"{share:.0f}")
    return Section(
        heading,
        (
            *warnings,
            Note(f"{say('decision.columns_note', lang)} {stability}"),
            _codes_table(refused, lang),
            _picture(model, *refused[0], lang),
        ),
    )


def counterfactual_section(
    found: Sequence[Counterfactuals], lang: str, most: int = _MOST_SHOWN
) -> Section:
    """The least changes that turn some refused rows, and why some cannot be turned.

    Parameters
    ----------
    found
        What `counterfactuals` gives for each of some rows.
    lang
        `"en"` or `"es"`; that of their texts.
    most
        How many rows are shown.

    """
    shown = list(enumerate(found, 1))[:most]
    rows = tuple(row for at, one in shown for row in _turned(at, one, lang))
    header = ("row", "changes", "answer")
    table = Table(
        say("counterfactual.caption", lang, count=len(shown)),
        tuple(say(f"counterfactual.{name}", lang) for name in header),
        rows,
    )
    note = Note(say("counterfactual.note", lang))
    return Section(say("counterfactual.heading", lang), (note, table))


def _codes_table(refused: Sequence[tuple[int, RowCodes]], lang: str) -> Table:
    rows = tuple(
        (str(at), code.text, code.contribution, f"{100 * code.stable:.0f} %")
        for at, one in refused
        for code in one.codes
    ) + tuple((str(at), one.why, None, "–") for at, one in refused if not one.codes)
    return Table(
        say("decision.columns_caption", lang, count=len(refused)),
        tuple(
            say(f"decision.{name}", lang) for name in ("row", "reason", "contribution", "stable")
        ),
        rows,
    )


def _picture(model: Model, at: int, one: RowCodes, lang: str) -> Picture:
    phrases = Phrases(model.problem, lang)
    labels = [f"{phrases.of(code.column)} ({phrases.value(code.value)})" for code in one.codes]
    svg = waterfall(
        [*labels, say("decision.rest", lang)],
        [*(code.contribution for code in one.codes), one.rest],
        start=(say("decision.base", lang), one.base),
        end=say("decision.score", lang),
        title=say("decision.waterfall_title", lang),
    )
    refusal = Refusal.of(model)
    limit = number(round(refusal.limit(model.threshold), 3) + 0.0)
    note = say("decision.waterfall_note", lang, row=at, label=refusal.label, limit=limit)
    return Picture(svg, note)


def _turned(at: int, found: Counterfactuals, lang: str) -> list[tuple[str, str, str]]:
    if not found:
        return [(str(at), found.why, "–")]
    return [
        (str(at), "; ".join(change.text for change in one.changes), _answer(one.prediction))
        for one in found
    ]


def _answer(prediction: dict[str, Any]) -> str:
    if "value" in prediction:
        return number(prediction["value"])
    label = prediction["label"]
    return f"{label} ({prediction['probabilities'][str(label)]:.2f})"
