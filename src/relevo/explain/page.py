"""The page of a version: its evidence, and what it owes to which column."""

from __future__ import annotations

from collections.abc import Sequence

from relevo.explain.importance import ColumnImportance
from relevo.explain.segments import segments_section
from relevo.model.model import Model
from relevo.picture.bars import bars
from relevo.picture.page import Picture, Section, Table, page
from relevo.train.stratified.predictor import StratifiedPredictor
from relevo.words import say

_MOST_BARS = 20


def explain_page(model: Model, importance: Sequence[ColumnImportance], lang: str) -> str:
    """One self-contained HTML page about a version."""
    shown = list(importance)[:_MOST_BARS]
    metric = model.problem.metric
    picture = bars(
        [one.column for one in shown],
        [one.importance for one in shown],
        [one.interval for one in shown],
        title=say("explain.importance_title", lang, metric=metric),
    )
    table = Table(
        say("explain.importance_caption", lang),
        tuple(say(f"explain.{name}", lang) for name in ("column", "importance", "attribution")),
        tuple((one.column, one.importance, one.attribution) for one in importance),
    )
    predictor = model.predictor
    of_segments = (
        [segments_section(predictor, lang)] if isinstance(predictor, StratifiedPredictor) else []
    )
    return page(
        say("explain.title", lang, name=model.problem.name, version=model.version),
        [
            _evidence(model, lang),
            *of_segments,
            Section(
                say("explain.importance_heading", lang),
                (Picture(picture, say("explain.importance_note", lang, metric=metric)), table),
            ),
        ],
        lang,
    )


def _evidence(model: Model, lang: str) -> Section:
    rows = tuple(
        (figure.metric, figure.value, *figure.interval, float(figure.rows), figure.how)
        for figure in model.evidence.figures
    )
    header = ("metric", "value", "low", "high", "rows", "how")
    table = Table(
        say("explain.evidence_caption", lang),
        tuple(say(f"explain.{name}", lang) for name in header),
        rows,
    )
    return Section(say("explain.evidence_heading", lang), (table,))
