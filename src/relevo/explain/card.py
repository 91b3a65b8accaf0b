"""`card`: the model card of a version, for people who did not train it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from relevo.data.contract import ColumnContract
from relevo.explain.limits import limits_section
from relevo.explain.segments import segments_section
from relevo.model.model import Model
from relevo.picture.markdown import Document, markdown
from relevo.picture.number import number
from relevo.picture.page import Cell, Figures, Note, Section, Table, page
from relevo.train.stratified.predictor import StratifiedPredictor
from relevo.words import say

# What other steps find about a version, in the order in which the card shows it.
STEPS = ("validate", "explain")
_MOST_CATEGORIES = 6


@dataclass(frozen=True)
class Card:
    """A model card.

    Attributes
    ----------
    html
        One self-contained page.
    document
        The same as Markdown, with its pictures.

    """

    html: str
    document: Document


def card(model: Model, found: Mapping[str, Sequence[Section]], lang: str) -> Card:
    """The card of a version: what it is for, what it learnt from, how good it is, where it ends.

    Mitchell et al. (2019), Model cards for model reporting; what Annex IV of Regulation (EU)
    2024/1689 asks of a technical documentation is among its sections where a machine can know it.

    Parameters
    ----------
    model
        The version.
    found
        By the name of a step (`validate`, `explain`), what it found; a step that is not there is
        named as not done.
    lang
        `"en"` or `"es"`.

    """
    title = say("card.title", lang, name=model.problem.name, version=model.version)
    lead = model.problem.card.purpose or say("card.lead", lang, target=model.problem.target)
    sections = card_sections(model, found, lang)
    folder = f"card-{model.version}"
    return Card(
        page(title, sections, lang, lead), markdown(title, sections, lang, lead, folder=folder)
    )


def card_sections(model: Model, found: Mapping[str, Sequence[Section]], lang: str) -> list[Section]:
    """What the card holds, in order."""
    steps = [section for step in STEPS for section in found.get(step, ())]
    missing = [step for step in STEPS if not found.get(step)]
    predictor = model.predictor
    own = [segments_section(predictor, lang)] if isinstance(predictor, StratifiedPredictor) else []
    return [
        _purpose(model, lang),
        limits_section(model, steps, missing, lang),
        _data(model, lang),
        evidence_section(model, lang),
        *own,
        *steps,
        _compute(model, lang),
        _lineage(model, lang),
    ]


def evidence_section(model: Model, lang: str) -> Section:
    """Every figure of the judged rows."""
    rows = tuple(
        (figure.metric, figure.value, *figure.interval, float(figure.rows), figure.how)
        for figure in model.evidence.figures
    )
    header = ("metric", "value", "low", "high", "rows", "how")
    names = tuple(say(f"explain.{name}", lang) for name in header)
    table = Table(say("explain.evidence_caption", lang), names, rows)
    return Section(say("explain.evidence_heading", lang), (table,))


def _purpose(model: Model, lang: str) -> Section:
    problem = model.problem
    figures = Figures(
        (
            (say("card.task", lang), say(f"card.task_{problem.task}", lang)),
            (say("card.target", lang), problem.target),
            (say("card.metric", lang), problem.metric),
            (say("card.good_enough", lang), problem.success.good_enough),
        )
    )
    told = [
        Note(say(f"card.{name}", lang, text=getattr(problem.card, name)))
        for name in ("purpose", "users", "not_for", "owner", "licence")
        if getattr(problem.card, name)
    ]
    if model.binary:
        text = {
            "positive": model.classes[-1],
            "threshold": number(model.threshold),
            "false_positive": number(problem.costs.false_positive),
            "false_negative": number(problem.costs.false_negative),
        }
        told.append(Note(say("card.decision", lang, **text)))
    return Section(say("card.purpose_heading", lang), (figures, *told))


def _data(model: Model, lang: str) -> Section:
    lineage = model.lineage
    figures = Figures(
        (
            (say("card.rows_trained", lang), float(lineage.rows_trained)),
            (say("card.rows_judged", lang), float(lineage.rows_judged)),
            (say("card.columns", lang), float(len(model.contract.required))),
            (say("card.until", lang), _day(lineage.known_until)),
        )
    )
    notes = [Note(say("card.fingerprint", lang, data=lineage.data or "–"))]
    if lineage.batches:
        notes.append(Note(say("card.batches", lang, count=len(lineage.batches))))
    header = tuple(say(f"card.{name}", lang) for name in ("column", "type", "holds", "missing"))
    rows = tuple(_column(model, column, lang) for column in model.contract.required)
    table = Table(say("card.columns_caption", lang), header, rows)
    return Section(say("card.data_heading", lang), (figures, *notes, table))


def _column(model: Model, column: ColumnContract, lang: str) -> tuple[Cell, ...]:
    roles = ", ".join(_roles(model, column.name, lang))
    name = f"{column.name} ({roles})" if roles else column.name
    kind = say(f"card.type_{column.type}", lang)
    missing = say("card.at_most", lang, share=f"{100 * column.missing:.2g} %")
    return name, kind, _holds(column), missing if column.missing else say("card.none", lang)


def _roles(model: Model, name: str, lang: str) -> Iterator[str]:
    roles = model.problem.roles
    for role in ("time", "site", "segment", "sensitive"):
        named = getattr(roles, role) or ()
        if name == named or (isinstance(named, tuple) and name in named):
            yield say(f"card.role_{role}", lang)


def _holds(column: ColumnContract) -> str:
    if column.categories:
        shown = ", ".join(column.categories[:_MOST_CATEGORIES])
        return shown + (", …" if len(column.categories) > _MOST_CATEGORIES else "")
    if column.low is None or column.high is None:
        return ""
    return f"{number(column.low)} … {number(column.high)}"


def _compute(model: Model, lang: str) -> Section:
    lineage = model.lineage
    figures = Figures(
        (
            (say("card.seconds", lang), lineage.seconds),
            (say("card.cpu_seconds", lang), lineage.cpu_seconds),
            (say("card.peak_memory", lang), lineage.peak_memory_mb),
            (say("card.size", lang), model.predictor.size_mb),
        )
    )
    return Section(say("card.compute_heading", lang), (figures,))


def _lineage(model: Model, lang: str) -> Section:
    lineage = model.lineage
    facts: dict[str, Cell] = {
        "created_at": lineage.created_at.strftime("%Y-%m-%d %H:%M UTC"),
        "how": say(f"card.how_{lineage.how.replace('-', '_')}", lang),
        "parent": "–" if lineage.parent is None else str(lineage.parent),
        "learner": lineage.learner,
        "strategy": lineage.strategy,
        "runner": lineage.runner,
        "seed": str(lineage.seed),
        "budget": f"{lineage.budget_seconds:.0f} s",
        "settings": ", ".join(f"{k} {v}" for k, v in sorted(lineage.settings.items())) or "–",
        "versions": ", ".join(f"{name} {number}" for name, number in lineage.versions.items()),
    }
    rows = tuple((say(f"card.lineage_{name}", lang), value) for name, value in facts.items())
    header = (say("card.fact", lang), say("explain.value", lang))
    table = Table(say("card.lineage_caption", lang), header, rows)
    return Section(say("card.lineage_heading", lang), (table,))


def _day(moment: datetime | None) -> str:
    return "–" if moment is None else moment.strftime("%Y-%m-%d")
