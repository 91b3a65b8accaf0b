"""`cadence_page`: what a backtest found, as one self-contained HTML page."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from relevo.picture import Figures, Note, Picture, Section, Table, lines, page
from relevo.picture.number import number
from relevo.renew.backtest_result import Backtest, CadenceRow, OverTime
from relevo.words import language, say

_SHOWN_AGES = 60
_MOST_LINES = 4  # that a picture tells apart


def cadence_page(name: str, found: Backtest, metric: str) -> str:
    """The recommendation, the loss over time, the cost by the price of an update, and the decay.

    Parameters
    ----------
    name
        The problem's name.
    found
        What `backtest_cadence` gave.
    metric
        What the loss is called.

    Returns
    -------
    str
        The whole HTML document, in the language in force.

    """
    sections = (_advice(found), _over_time(found, metric), _costs(found), _decay(found))
    return page(say("renew.page.title", name=name), sections, language(), found.why)


def _advice(found: Backtest) -> Section:
    heads = Figures(
        (
            (say("renew.page.recommended"), say(f"renew.cadence.{found.recommended}")),
            (say("renew.page.days"), (found.last_day - found.first_day).days + 1),
            (say("renew.page.rows"), found.rows_replayed),
            (say("renew.page.regret"), found.regret_per_day),
        )
    )
    names = (
        "cadence",
        "how",
        "loss",
        "interval",
        "updates",
        "scratch",
        "seconds",
        "total",
        "extra",
    )
    header = tuple(say(f"renew.page.{column}") for column in names)
    table = Table(say("renew.page.caption"), header, tuple(map(_row, found.rows)))
    notes: list[Note] = [] if found.enough else [Note(found.why, "warning")]
    if found.left_out:
        left = ", ".join(say(f"renew.cadence.{one}") for one in found.left_out)
        notes.append(Note(say("renew.page.left_out", cadences=left), "warning"))
    recipe = Note(say("renew.page.recipe", recipe=found.recipe))
    return Section(say("renew.page.advice"), (heads, *notes, table, recipe))


def _row(row: CadenceRow) -> tuple[str | float | None, ...]:
    return (
        say(f"renew.cadence.{row.cadence}"),
        say(f"renew.backtest.how.{row.how}"),
        row.loss,
        _span(row.interval),
        row.updates,
        row.scratch_updates,
        row.seconds,
        row.total_cost,
        f"{number(row.extra_cost)} ({_span(row.extra_interval)})",
    )


def _span(ends: tuple[float, float]) -> str:
    return " – ".join(map(number, ends))


def _over_time(found: Backtest, metric: str) -> Section:
    labels = [day.isoformat() for day in found.weeks]
    # Weeks differ more from each other than cadences do in any of them.
    never = next((one.losses for one in found.over_time if one.cadence == "never"), None)
    base = never or (0.0,) * len(labels)
    series = {
        f"{say(f'renew.cadence.{one.cadence}')}, {say(f'renew.backtest.how.{one.how}')}": [
            value - zero for value, zero in zip(one.losses, base, strict=True)
        ]
        for one in _told_apart(found)
    }
    axis = say("renew.page.over_never", metric=metric) if never else metric
    svg = lines(labels, series, title=say("renew.page.over_time"), axis=axis)
    return Section(say("renew.page.over_time"), (Picture(svg, say("renew.page.by_week")),))


def _told_apart(found: Backtest) -> Iterable[OverTime]:
    """The lines of the dearest, the recommended and the cheapest rows."""
    order = sorted(found.rows, key=lambda row: row.total_cost)
    mine = [row for row in order if row.cadence == found.recommended][:1]
    wanted = [*mine, order[0], order[-1], *(row for row in order if row.how == "scratch")]
    keys = list(dict.fromkeys((row.cadence, row.how) for row in wanted))[:_MOST_LINES]
    return [one for one in found.over_time if (one.cadence, one.how) in keys]


def _costs(found: Backtest) -> Section:
    labels = [number(one.update) for one in found.by_cost]
    names = list(found.by_cost[0].per_day)
    series = {
        say(f"renew.cadence.{name}"): [one.per_day[name] for one in found.by_cost]
        for name in _spread_out(names)
    }
    # Prices span decades; on a plain axis the dear ones would hide all others.
    title, axis = say("renew.page.by_cost"), say("renew.page.per_day")
    svg = lines(labels, series, title=title, axis=axis, ratios=True)
    table = Table(
        say("renew.page.chosen_by_cost"),
        (say("renew.page.update"), say("renew.page.recommended"), say("renew.page.per_day")),
        tuple(
            (
                number(one.update),
                say(f"renew.cadence.{one.recommended}"),
                one.per_day[one.recommended],
            )
            for one in found.by_cost
        ),
    )
    caption = say("renew.page.by_cost_caption")
    return Section(say("renew.page.by_cost"), (Picture(svg, caption), table))


def _spread_out(names: list[str]) -> list[str]:
    """At most four, the first and the last among them."""
    places = np.unique(np.linspace(0, len(names) - 1, min(_MOST_LINES, len(names))).round())
    return [names[int(place)] for place in places]


def _decay(found: Backtest) -> Section:
    curve = found.decay
    last = max(2.0 * curve.seen_days, 30.0)
    ages = np.unique(np.linspace(0.0, last, _SHOWN_AGES).round())
    name = say("renew.page.excess")
    band = None
    if len(curve.draws) > 1:
        drawn = np.array([scale * ages**power for scale, power in curve.draws])
        low, high = np.quantile(drawn, (0.05, 0.95), axis=0)
        band = {name: list(zip(map(float, low), map(float, high), strict=True))}
    values = [curve.excess(float(age)) for age in ages]
    seen = int(np.searchsorted(ages, min(curve.seen_days, last)))
    marks = {min(seen, len(ages) - 1): say("renew.page.seen")}
    svg = lines(
        [f"{age:.0f}" for age in ages],
        {name: values},
        band,
        title=say("renew.page.decay"),
        marks=marks,
        axis=say("renew.page.excess_axis"),
        zero=True,
    )
    return Section(say("renew.page.decay"), (Picture(svg, say("renew.page.decay_caption")),))
