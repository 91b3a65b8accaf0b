"""`watch_page`: what watching found, as one self-contained HTML page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import numpy as np
import polars as pl

from relevo.data.table import Table as Rows
from relevo.picture import Figures, Note, Picture, Section, Table, bars, histogram, page
from relevo.picture.number import number
from relevo.validate.target.kinds import numbers_of
from relevo.watch.drift import ColumnDrift, Drift
from relevo.watch.explanation import Explanation
from relevo.watch.headline import headline
from relevo.watch.signals import NO_BREAK, Signal, chance
from relevo.words import language, say

PICTURES = 12
BINS = 30
CALM = 60
DAY = "%Y\u2011%m\u2011%d"  # hyphens that do not break
LEVELS = 10


def watch_page(
    name: str,
    signals: Sequence[Signal],
    found: Drift | None = None,
    reference: object | None = None,
    current: object | None = None,
    explanations: Sequence[Explanation] = (),
    span: tuple[datetime, datetime] | None = None,
    also: Sequence[Section] = (),
) -> str:
    """What to do, the alarms under their causes, pictures of what moved, the quality over time.

    Parameters
    ----------
    name
        What is watched: the problem's name.
    signals
        As `signals_of` and `realised_quality` give them, or `explain_signals`.
    found, reference, current
        The drift and the rows that it was found in; without all three there are no pictures of
        columns.
    explanations
        Why the signals alarm, as `explain_signals` gives them.
    span
        The oldest and the newest time of the window.
    also
        Further sections, which stand after the pictures.

    Returns
    -------
    str
        The whole HTML document, in the language in force.

    """
    sections = [_summary(signals, found, span), *_causes(signals, explanations)]
    moved = [one for one in found.columns if one.alarm] if found else []
    if moved and reference is not None and current is not None:
        sections.append(_moved(moved, Rows.of(reference).data, Rows.of(current).data))
    sections += also
    sections += _calm([one for one in signals if not one.alarm])
    lead = headline(signals, explanations)
    return page(say("watch.page.title", name=name), sections, language(), lead)


def _summary(
    signals: Sequence[Signal], found: Drift | None, span: tuple[datetime, datetime] | None
) -> Section:
    alarms = [one for one in signals if one.alarm]
    items: list[tuple[str, str | float | None]] = [
        (say("watch.page.alarms"), len(alarms)),
        (say("watch.page.tests"), len(signals)),
    ]
    cost = max((one.cost for one in alarms if one.cost is not None), default=None)
    if cost is not None:
        items.append((say("watch.page.cost"), number(cost, 3)))
    if span:
        items.append((say("watch.page.window"), f"{span[0]:{DAY}} – {span[1]:{DAY}}"))
    return Section(say("watch.page.summary"), (Figures(tuple(items)), *_compared(found)))


def _causes(signals: Sequence[Signal], explanations: Sequence[Explanation]) -> Iterator[Section]:
    """A section for each cause, worst first, and one for alarms that nothing explains."""
    left = [one for one in signals if one.alarm]
    for one in explanations:
        because = one.because()
        own = [signal for signal in left if signal.because == because]
        left = [signal for signal in left if signal.because != because]
        about = ", ".join(one.cause.columns)
        kind = say(f"cause.kind.{one.cause.kind}")
        title = f"{about}: {kind}" if about else kind[:1].upper() + kind[1:]
        blocks = (
            Note(because if about else because[:1].upper() + because[1:]),
            Note(one.advice(), "warning"),
            _table(own),
        )
        yield Section(title, blocks)
    if left:
        yield Section(say("watch.page.signals"), (_table(left),))


def _calm(signals: Sequence[Signal]) -> Iterator[Section]:
    if signals:
        shown = sorted(signals, key=lambda one: one.p_value)[:CALM]
        yield Section(say("watch.page.calm"), (_table(shown),))


def _table(signals: Sequence[Signal]) -> Table:
    columns = ["kind", "column", "size", "p_value"]
    places = any(one.segment for one in signals if not one.kind.startswith("segment"))
    began = any(one.since for one in signals)
    costs = any(one.cost is not None for one in signals)
    extra = (("segment", places), ("since", began), ("cost", costs), ("said", True))
    columns += [name for name, there in extra if there]
    cells: dict[str, Callable[[Signal], str]] = {
        "kind": lambda one: say(f"watch.page.kinds.{one.kind.replace(' ', '_')}"),
        "column": lambda one: one.column,
        "size": lambda one: number(one.size, 2),
        "p_value": lambda one: (
            chance(one.p_value).removeprefix(f"p{NO_BREAK}").removeprefix(f"={NO_BREAK}")
        ),
        "segment": lambda one: "" if one.kind.startswith("segment") else one.segment,
        "since": lambda one: f"{one.since:{DAY}}" if one.since else "",
        "cost": lambda one: number(one.cost, 3),
        "said": lambda one: one.text,
    }
    rows = tuple(tuple(cells[name](one) for name in columns) for one in signals)
    header = tuple(say(f"watch.page.{column}") for column in columns)
    return Table(say("watch.page.caption"), header, rows)


def _compared(found: Drift | None) -> Iterator[Note]:
    if found:
        rows = number(found.rows_current), number(found.rows_reference)
        yield Note(say("watch.page.compared", current=rows[0], reference=rows[1]))


def _moved(moved: Sequence[ColumnDrift], before: pl.DataFrame, after: pl.DataFrame) -> Section:
    strongest = sorted(moved, key=lambda one: (one.p_value, -abs(one.size)))
    names = list(dict.fromkeys(one.column for one in strongest))
    kinds = {one.column: one.kind for one in moved if one.kind != "missing"}
    blocks: list[Picture | Note] = [
        _numbers(name, before[name], after[name])
        if kinds.get(name) == "number"
        else _shares(name, before[name], after[name])
        for name in names[:PICTURES]
    ]
    if len(names) > PICTURES:
        blocks.append(Note(say("watch.page.moved_more", shown=PICTURES, moved=len(names))))
    return Section(say("watch.page.moved"), tuple(blocks))


def _numbers(name: str, before: pl.Series, after: pl.Series) -> Picture:
    """Bins between the outermost half per cents; what lies beyond stands in the end bins."""
    sides = [numbers_of(side) for side in (before, after)]
    sides = [side[~np.isnan(side)] for side in sides]
    low, high = (
        end([np.quantile(side, level) for side in sides])
        for end, level in ((min, 0.005), (max, 0.995))
    )
    edges = np.linspace(low, high if high > low else low + 1, BINS + 1)
    counts = [np.histogram(side.clip(low, high), edges)[0].tolist() for side in sides]
    names = say("watch.page.current"), say("watch.page.reference")
    title = say("watch.page.shares", column=name)
    drawn = histogram(edges.tolist(), counts[1], counts[0], title=title, axis=name, names=names)
    return Picture(drawn, title)


def _shares(name: str, before: pl.Series, after: pl.Series) -> Picture:
    """A bar per category of either, the commonest first; the rest together."""
    sides = [
        side.cast(pl.String).fill_null(say("watch.page.missing")).value_counts(name="rows")
        for side in (before, after)
    ]
    joined = sides[0].join(sides[1], on=name, how="full", coalesce=True, suffix="_now")
    shares = joined.select(
        pl.col(name).alias("level"),
        (pl.col("rows").fill_null(0) / before.len()).alias("before"),
        (pl.col("rows_now").fill_null(0) / after.len()).alias("now"),
    ).sort(pl.max_horizontal("before", "now"), "level", descending=[True, False])
    top, rest = shares[:LEVELS], shares[LEVELS:]
    if not rest.is_empty():
        other = {"level": say("watch.page.other"), "before": rest["before"].sum()}
        top = top.vstack(pl.DataFrame({**other, "now": rest["now"].sum()}, schema=top.schema))
    title = say("watch.page.shares_mark", column=name)
    drawn = bars(
        top["level"].to_list(), top["now"].to_list(), title=title, reference=top["before"].to_list()
    )
    return Picture(drawn, title)
