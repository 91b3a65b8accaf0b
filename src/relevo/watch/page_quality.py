"""`quality_section`: estimated beside realised quality, period by period, as part of a page."""

from __future__ import annotations

import math
from collections.abc import Sequence

from relevo.picture import Figures, Note, Picture, Section, Table, lines
from relevo.picture.number import number
from relevo.watch.completeness import PeriodLabels
from relevo.watch.estimated_over_time import EstimatedPeriod
from relevo.watch.over_time import Period
from relevo.words import say


def quality_section(
    metric: str,
    estimated: Sequence[EstimatedPeriod],
    realised: Sequence[Period] = (),
    labels: Sequence[PeriodLabels] = (),
    notes: Sequence[str] = (),
) -> Section:
    """Both figures of each period, how many outcomes they stand on, and how far the estimate was.

    Parameters
    ----------
    metric
        Its name.
    estimated
        As `relevo.watch.estimated_over_time` gives them.
    realised
        As `relevo.watch.quality_over_time` gives them.
    labels
        As `relevo.watch.completeness` gives them.
    notes
        Sentences that stand above: cautions come first.

    """
    said = {one.period: one for one in estimated}
    true = {one.period: one for one in realised}
    known = {one.period: one for one in labels}
    names = sorted(said.keys() | true.keys() | known.keys())
    title = say("watch.both.caption", metric=metric)
    series, bands = {}, {}
    for name, found in (("estimated", said), ("realised", true)):
        label = say(f"watch.both.{name}")
        if found:
            series[label] = [found[p].value if p in found else None for p in names]
            bands[label] = [(found[p].low, found[p].high) if p in found else None for p in names]
    drawn = lines(names, series, bands, title=title)
    header = tuple(
        say(f"watch.both.{part}")
        for part in ("period", "estimated", "low", "high", "realised", "off", "rows", "labelled")
    )
    rows = tuple(_row(p, said.get(p), true.get(p), known.get(p)) for p in names)
    above = [Note(text, "warning") for text in notes]
    return Section(
        say("watch.both.title"),
        (*above, *_heads(said, true), Picture(drawn, title), Table(title, (*header, ""), rows)),
    )


def _heads(said: dict[str, EstimatedPeriod], true: dict[str, Period]) -> tuple[Figures, ...]:
    """How far the estimate was off, and how often its interval held what came true."""
    both = [p for p in said if p in true and math.isfinite(true[p].value)]
    if not both:
        return ()
    off = sum(abs(said[p].value - true[p].value) for p in both) / len(both)
    held = sum(said[p].low <= true[p].value <= said[p].high for p in both)
    return (
        Figures(
            (
                (say("watch.both.mean_off"), number(off, 2)),
                (say("watch.both.held"), f"{held} / {len(both)}"),
            )
        ),
    )


def _row(
    period: str,
    said: EstimatedPeriod | None,
    true: Period | None,
    known: PeriodLabels | None,
) -> tuple[str | float | None, ...]:
    off = said.value - true.value if said and true else None
    rows = said.rows if said else known.rows if known else true.rows if true else None
    labelled = known.labelled if known else true.rows if true else 0
    waits = known is not None and not known.complete
    return (
        period,
        said.value if said else None,
        said.low if said else None,
        said.high if said else None,
        true.value if true else None,
        off,
        rows,
        labelled,
        say("watch.both.waits", share=f"{100 * known.arrived:.0f}") if known and waits else "",
    )
