"""The part of a page about the training population and the one that the model is for."""

from __future__ import annotations

from relevo.picture.dots import dots
from relevo.picture.page import Figures, Note, Picture, Section, Table
from relevo.validate.target.differences import ColumnDifference
from relevo.validate.target.population import Population
from relevo.words import say

_MOST_SHOWN = 20
_MOST_RULES = 20
_SMALL = 0.1  # a standardised difference below it is commonly called balanced


def population_section(population: Population, lang: str) -> Section:
    """What was found, a picture of the columns before and after weighting, and who is missing."""
    tone = {"alike": "good", "repaired": "good", "margins": "plain"}.get(population.state)
    note = Note(population.said(lang), tone or "warning")  # type: ignore[arg-type]
    blocks: list[Table | Picture | Note | Figures] = [note, _figures(population, lang)]
    if population.columns:
        blocks.append(_picture(population.columns[:_MOST_SHOWN], lang))
    if population.missing:
        blocks.append(_missing(population, lang))
    if population.columns:
        blocks.append(_table(population.columns, lang))
    return Section(say("population.heading", lang), tuple(blocks))


def _figures(population: Population, lang: str) -> Figures:
    names = ["auc", "weighted_auc", "p_value", "covered", "effective_rows", "trimmed"]
    if population.auc is None:
        names = ["effective_rows", "trimmed"]
    items = [(name, getattr(population, name)) for name in names]
    return Figures(
        tuple((say(f"population.{name}", lang), _shown(name, value)) for name, value in items)
    )


def _shown(name: str, value: float | None) -> str | float | None:
    if value is None or name in ("auc", "weighted_auc"):
        return value if value is None else round(value, 3)
    if name == "p_value":
        return "< 0.001" if value < 0.001 else round(value, 3)
    return round(value) if name == "effective_rows" else f"{100 * value:.3g} %"


def _picture(columns: tuple[ColumnDifference, ...], lang: str) -> Picture:
    svg = dots(
        [_name(one, lang) for one in columns],
        [abs(one.size) for one in columns],
        [abs(one.remaining) for one in columns],
        title=say("population.picture", lang),
        names=(say("population.before", lang), say("population.after", lang)),
        limit=_SMALL,
    )
    return Picture(svg, say("population.picture_note", lang))


def _missing(population: Population, lang: str) -> Table:
    rules = tuple((gap.said(lang),) for gap in population.missing[:_MOST_RULES])
    return Table(
        say("population.missing_caption", lang), (say("population.missing_part", lang),), rules
    )


def _table(columns: tuple[ColumnDifference, ...], lang: str) -> Table:
    header = ("column", "column_kind", "size", "remaining", "column_p")
    rows = tuple(
        (one.column, say(f"population.kind.{one.kind}", lang), one.size, one.remaining, one.p_value)
        for one in columns
    )
    return Table(
        say("population.table_caption", lang),
        tuple(say(f"population.{name}", lang) for name in header),
        rows,
    )


def _name(one: ColumnDifference, lang: str) -> str:
    return one.column if one.kind != "missing" else f"{one.column} ({say('population.gaps', lang)})"
