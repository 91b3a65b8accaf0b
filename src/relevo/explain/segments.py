"""The part of a version's page about its segments: which are pooled how, and what that gains."""

from __future__ import annotations

import math
from collections.abc import Iterable

from relevo.picture.bars import bars
from relevo.picture.page import Picture, Section, Table
from relevo.picture.scatter import scatter
from relevo.train.stratified.evidence import SegmentRow, SegmentTable
from relevo.train.stratified.predictor import StratifiedPredictor
from relevo.words import say

_MOST_SHOWN = 100
_MOST_POINTS = 2_000
_MOST_COEFFICIENT_ROWS, _MOST_COEFFICIENTS = 25, 10


def largest_segments(predictor: StratifiedPredictor, most: int = _MOST_SHOWN) -> list[SegmentRow]:
    """The segments with the most rows, the largest first."""
    return list(SegmentTable(predictor.segments.sort("rows", descending=True).head(most)))


def segments_section(predictor: StratifiedPredictor, lang: str) -> Section:
    """Tables and pictures of segments."""
    shown = largest_segments(predictor)
    return Section(
        say("explain.segments_heading", lang),
        (
            Picture(_kinds(predictor, lang), say("explain.kinds_note", lang)),
            _bands(predictor, lang),
            Picture(_own(predictor, lang), say("explain.own_note", lang)),
            _table(shown, len(predictor.segments), lang),
            _coefficients(predictor, lang),
        ),
    )


def _kinds(predictor: StratifiedPredictor, lang: str) -> str:
    """The error of each kind of pooling over all known segments."""
    rows = [row for row in predictor.evidence.rows if row.band == "all"]
    return bars(
        [say(f"explain.way.{row.kind}", lang) for row in rows],
        [row.error for row in rows],
        [row.interval for row in rows],
        title=say("explain.kinds_title", lang),
    )


def _bands(predictor: StratifiedPredictor, lang: str) -> Table:
    """The error and the weight of each kind in segments of each size."""
    header = ("band", "kind", "weight", "error", "low", "high", "rows")
    rows = tuple(
        (
            row.band,
            say(f"explain.way.{row.kind}", lang),
            "" if math.isnan(row.weight) else row.weight,
            row.error,
            *row.interval,
            float(row.rows),
        )
        for row in predictor.evidence.rows
        if row.band != "all"
    )
    return Table(
        say("explain.bands_caption", lang),
        tuple(say(f"explain.{name}", lang) for name in header),
        rows,
    )


def _own(predictor: StratifiedPredictor, lang: str) -> str:
    """How far a segment goes by its own rows, by how many it has."""
    frame = predictor.segments
    if frame.height > _MOST_POINTS:
        frame = frame.sort("rows").gather_every(1 + frame.height // _MOST_POINTS)
    return scatter(
        [math.log10(rows) for rows in frame["rows"].to_list()],
        frame["own"].to_list(),
        title=say("explain.own_title", lang),
        axes=(say("explain.log_rows", lang), say("explain.own", lang)),
    )


def _table(shown: list[SegmentRow], count: int, lang: str) -> Table:
    of_error = ("error", "low", "high", "common_error", "separate_error")
    header = ("segment", "rows", "kind", "own", *of_error)
    rows = tuple(
        (
            _name(row),
            float(row.rows),
            say(f"explain.way.{row.kind}", lang),
            row.own,
            row.error,
            *row.interval,
            row.common_error,
            row.separate_error,
        )
        for row in shown
    )
    return Table(
        say("explain.segments_caption", lang, shown=len(shown), count=count),
        tuple(say(f"explain.{name}", lang) for name in header),
        rows,
    )


def _coefficients(predictor: StratifiedPredictor, lang: str) -> Table:
    """What each column adds per unit in the largest segments, beside what is common."""
    table = predictor.coefficient_table()
    names = predictor.segments.columns[: predictor.segments.columns.index("rows")]
    largest = predictor.segments["rows"].arg_sort(descending=True).head(_MOST_COEFFICIENT_ROWS)
    columns = [name for name in table.columns if name not in names][:_MOST_COEFFICIENTS]
    rows = tuple(
        (_named(row[name] for name in names), *(row[name] for name in columns))
        for row in table[largest].iter_rows(named=True)
    )
    caption = "coefficients_caption" if predictor.base is None else "changes_caption"
    header = (say("explain.segment", lang), *columns)
    return Table(say(f"explain.{caption}", lang, shown=len(rows)), header, rows)


def _name(row: SegmentRow) -> str:
    return _named(row.segment if isinstance(row.segment, tuple) else (row.segment,))


def _named(names: Iterable[str | None]) -> str:
    return ", ".join("–" if name is None else name for name in names)
