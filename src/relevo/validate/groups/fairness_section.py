"""The parts of a page about fairness: rates and gaps of each sensitive column."""

from __future__ import annotations

from relevo.picture.bars import bars
from relevo.picture.page import Cell, Note, Picture, Section, Table
from relevo.validate.groups.fairness import ColumnFairness, Fairness
from relevo.words import say


def fairness_section(found: Fairness, lang: str) -> tuple[Section, ...]:
    """One section for each sensitive column."""
    return tuple(_section(one, found.coverage, lang) for one in found.columns)


def _section(one: ColumnFairness, coverage: float, lang: str) -> Section:
    said = Fairness((one,), coverage).said(lang)
    notes = tuple(Note(text, "warning") for text in said) or (
        Note(say("fairness.calm", lang), "good"),
    )
    percent = f"{100 * coverage:.0f}"
    blocks = (_selection(one, percent, lang), _picture(one, percent, lang))
    tables = (_groups(one, lang), _gaps(one, lang))
    names = "; ".join(one.too_small)
    small = (Note(say("fairness.too_small", lang, names=names)),) if names else ()
    title = say("fairness.heading", lang, column=one.column)
    return Section(title, (*notes, *blocks, *tables, *small))


def _selection(one: ColumnFairness, percent: str, lang: str) -> Picture:
    svg = bars(
        [group.name for group in one.groups],
        [group.selection for group in one.groups],
        [group.intervals[0] for group in one.groups],
        title=say("fairness.selection", lang),
    )
    return Picture(svg, say("fairness.selection_note", lang, coverage=percent))


def _picture(one: ColumnFairness, percent: str, lang: str) -> Picture:
    shown = [gap for gap in one.gaps if gap.name.endswith("_difference")]
    svg = bars(
        [say(f"fairness.short.{gap.name}", lang) for gap in shown],
        [gap.value for gap in shown],
        [gap.interval for gap in shown],
        title=say("fairness.gaps_picture", lang),
    )
    return Picture(svg, say("fairness.gaps_note", lang, coverage=percent))


def _groups(one: ColumnFairness, lang: str) -> Table:
    header = ("group", "rows", "positives", "selection", "true_positive", "false_positive")
    known = all(group.calibration is not None for group in one.groups)
    more = ("calibration", "calibration_low", "calibration_high") if known else ()
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            group.name.replace(" ", "\N{NO-BREAK SPACE}"),  # on one line beside many columns
            group.rows,
            group.positives,
            group.selection,
            group.true_positive,
            group.false_positive,
            *((group.calibration, *(group.calibration_interval or ())) if known else ()),
        )
        for group in one.groups
    )
    names = tuple(say(f"fairness.{name}", lang) for name in (*header, *more))
    return Table(say("fairness.caption", lang), names, rows)


def _gaps(one: ColumnFairness, lang: str) -> Table:
    header = ("gap_name", "value", "low", "high", "noise")
    rows = tuple(
        (
            say(f"fairness.gap.{gap.name}", lang),
            gap.value,
            *gap.interval,
            say(f"fairness.{'yes' if gap.beyond_noise else 'no'}", lang),
        )
        for gap in one.gaps
    )
    names = tuple(say(f"fairness.{name}", lang) for name in header)
    return Table(say("fairness.gaps_caption", lang), names, rows)
