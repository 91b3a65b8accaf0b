"""`external_section`: external validity as a part of a page."""

from __future__ import annotations

from relevo.picture.forest import Mean, forest
from relevo.picture.page import Figures, Note, Picture, Section, Table
from relevo.score.evidence import Figure
from relevo.validate.elsewhere.calibration_elsewhere import CalibrationElsewhere
from relevo.validate.elsewhere.external import ExternalValidity
from relevo.validate.elsewhere.shifted import Shifted
from relevo.validate.elsewhere.transfer import Transfer, figure
from relevo.validate.elsewhere.transported import Transported
from relevo.validate.expected.estimate import ExpectedQuality
from relevo.words import say

_MOST_UNITS = 20
Block = Table | Picture | Note | Figures


def external_section(result: ExternalValidity, lang: str) -> Section:
    """Statements, a table of all figures, and a forest plot for each kind of place.

    Parameters
    ----------
    result
        What `external_validity` gave.
    lang
        `"en"` or `"es"`.

    """
    blocks: list[Block] = [
        Note(one.said(lang), "warning" if one.warning else "plain") for one in result.judgements
    ]
    if not blocks:
        blocks.append(Note(say("elsewhere.page.nothing", lang)))
    if result.transfers:
        blocks.append(_table(result, lang))
    blocks += _pictures(result, lang)
    if result.expected or result.shifted:
        blocks.append(_population(result, lang))
    if result.transported is not None:
        blocks += _external(result.transported, lang)
    blocks += [Note(note) for note in result.notes]
    return Section(say("elsewhere.page.title", lang), tuple(blocks))


def _table(result: ExternalValidity, lang: str) -> Table:
    rows = tuple(
        (
            f"{say(f'elsewhere.kind.{one.kind}', lang)} ({one.by})",
            say(f"elsewhere.metric.{one.metric}", lang),
            figure(one.value),
            _ends(one.interval, lang),
            _ends(one.prediction_interval, lang),
            figure(one.random_value),
            figure(one.gap),
            _ends(one.gap_interval, lang),
        )
        for one in result.transfers
    )
    names = ("where", "metric", "value", "interval", "new", "random", "gap", "gap_interval")
    chance = f"{100 * result.transfers[0].coverage:.0f}"
    header = tuple(say(f"elsewhere.page.{name}", lang) for name in names)
    return Table(say("elsewhere.page.table", lang, chance=chance), header, rows)


def _pictures(result: ExternalValidity, lang: str) -> list[Block]:
    """One picture for each column, of its first metric: further ones would say nearly the same."""
    seen: set[str] = set()
    blocks: list[Block] = []
    for one in result.transfers:
        if one.by in seen or not one.units:
            continue
        seen.add(one.by)
        blocks.append(Picture(_forest(one, lang), _caption(one, lang)))
        left = len(one.units) - _MOST_UNITS
        if left > 0:
            blocks.append(Note(say("elsewhere.page.more", lang, units=left)))
        blocks += [Note(why) for why in one.unjudged]
    return blocks


def _caption(one: Transfer, lang: str) -> str:
    metric = say(f"elsewhere.metric.{one.metric}", lang)
    return say(f"elsewhere.page.forest_{one.kind}", lang, metric=metric, by=one.by)


def _forest(one: Transfer, lang: str) -> str:
    shown = one.units[:_MOST_UNITS]
    new = say(f"elsewhere.page.new_{one.kind}", lang) if one.prediction_interval else ""
    mean = Mean(
        say("elsewhere.page.mean", lang), one.value, one.interval, one.prediction_interval, new
    )
    return forest(
        [unit.name for unit in shown],
        [unit.value for unit in shown],
        [unit.interval for unit in shown],
        mean,
        title=_caption(one, lang),
        rows=[unit.rows for unit in shown],
        reference=one.random_value,
        reference_label=say("elsewhere.page.random", lang),
    )


def _population(result: ExternalValidity, lang: str) -> Table:
    seen = result.transported.figures if result.transported is not None else ()
    each: list[tuple[ExpectedQuality | Shifted | Figure, str, float]] = [
        *((one, "expected", one.effective_rows) for one in result.expected),
        *((one, "weighted", one.effective_rows) for one in result.shifted),
        *((one, "seen", float(one.rows)) for one in seen),
    ]
    rows = tuple(
        (
            say(f"elsewhere.metric.{one.metric}", lang),
            say(f"elsewhere.page.{how}", lang),
            figure(one.value),
            _ends(one.interval, lang),
            round(rows),
        )
        for one, how, rows in sorted(each, key=lambda part: part[0].metric)
    )
    names = ("metric", "how", "value", "interval", "effective")
    header = tuple(say(f"elsewhere.page.{name}", lang) for name in names)
    return Table(say("elsewhere.page.population", lang), header, rows)


def _external(found: Transported, lang: str) -> list[Block]:
    rows = [
        (say(f"elsewhere.metric.{one.metric}", lang), figure(one.value), _ends(one.interval, lang))
        for one in found.figures
    ]
    if found.calibration is not None:
        rows += _calibration(found.calibration, lang)
    rows += [
        (
            say(
                "elsewhere.page.after",
                lang,
                metric=say(f"elsewhere.metric.{one.figure.metric}", lang),
                how=say(f"elsewhere.how.{one.how}", lang),
            ),
            figure(one.figure.value),
            _ends(one.figure.interval, lang),
        )
        for one in found.repaired
    ]
    header = tuple(say(f"elsewhere.page.{name}", lang) for name in ("figure", "value", "interval"))
    return [Table(say("elsewhere.page.external", lang, rows=found.rows), header, tuple(rows))]


def _calibration(found: CalibrationElsewhere, lang: str) -> list[tuple[str, str, str]]:
    rows = [
        (
            say("elsewhere.page.in_the_large", lang),
            figure(found.in_the_large),
            _ends(found.in_the_large_interval, lang),
        ),
        (say("elsewhere.page.slope", lang), figure(found.slope), _ends(found.slope_interval, lang)),
    ]
    if found.observed_expected is not None:
        ends = _ends(found.observed_expected_interval, lang)
        rows.append((say("elsewhere.page.ratio", lang), figure(found.observed_expected), ends))
    return rows


def _ends(interval: tuple[float, float] | None, lang: str) -> str:
    if interval is None:
        return "–"
    low, high = interval
    return say("elsewhere.page.ends", lang, low=figure(low), high=figure(high))
