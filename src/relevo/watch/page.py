"""`watch_page`: what watching found, as one self-contained HTML page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from relevo.data.table import Table as Rows
from relevo.picture import Figures, Note, Picture, Section, Table, bars, histogram, lines, page
from relevo.picture.number import number
from relevo.validate.kinds import numbers_of
from relevo.watch.drift import ColumnDrift, Drift
from relevo.watch.over_time import Period
from relevo.watch.signals import NO_BREAK, Signal, chance
from relevo.words import language, say

PICTURES = 12
BINS = 30
LEVELS = 10


def watch_page(
    name: str,
    signals: Sequence[Signal],
    found: Drift | None = None,
    reference: object | None = None,
    current: object | None = None,
    periods: Sequence[Period] = (),
    metric: str = "",
) -> str:
    """The verdict, every signal, pictures of the columns that moved, and the quality over time.

    Parameters
    ----------
    name
        What is watched: the problem's name.
    signals
        As `signals_of` and `realised_quality` give them; the first is the page's lead.
    found, reference, current
        The drift and the rows that it was found in; without all three there are no pictures of
        columns.
    periods, metric
        What `quality_over_time` returned, and the metric's name.

    Returns
    -------
    str
        The whole HTML document, in the language in force.

    """
    sections = [_signals(signals, found)]
    moved = [one for one in found.columns if one.alarm] if found else []
    if moved and reference is not None and current is not None:
        sections.append(_moved(moved, Rows.of(reference).data, Rows.of(current).data))
    if periods:
        sections.append(_over_time(periods, metric))
    lead = signals[0].text if signals else ""
    return page(say("watch.page.title", name=name), sections, language(), lead)


def _signals(signals: Sequence[Signal], found: Drift | None) -> Section:
    alarms = sum(signal.alarm for signal in signals)
    heads = Figures(((say("watch.page.alarms"), alarms), (say("watch.page.tests"), len(signals))))
    columns = ("kind", "column", "size", "p_value", "alarm", "said")
    rows = tuple(
        (
            say(f"watch.page.kinds.{signal.kind.replace(' ', '_')}"),
            signal.column,
            number(signal.size, 2),
            chance(signal.p_value).removeprefix(f"p{NO_BREAK}").removeprefix(f"={NO_BREAK}"),
            say(f"watch.page.{'yes' if signal.alarm else 'no'}"),
            signal.text,
        )
        for signal in sorted(signals, key=lambda one: not one.alarm)
    )
    header = tuple(say(f"watch.page.{column}") for column in columns)
    table = Table(say("watch.page.caption"), header, rows)
    return Section(say("watch.page.signals"), (heads, *_compared(found), table))


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


def _over_time(periods: Sequence[Period], metric: str) -> Section:
    title = say("watch.page.over_time_caption", metric=metric)
    drawn = lines(
        [one.period for one in periods],
        {metric: [one.value for one in periods]},
        {metric: [(one.low, one.high) for one in periods]},
        title=title,
    )
    header = (say("watch.page.period"), metric, *(say(f"watch.page.{k}") for k in ("low", "high")))
    rows = tuple((one.period, one.value, one.low, one.high, one.rows) for one in periods)
    table = Table(title, (*header, say("watch.page.rows")), rows)
    return Section(say("watch.page.over_time"), (Picture(drawn, title), table))
