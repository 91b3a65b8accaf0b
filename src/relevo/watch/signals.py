"""`Signal`: one thing that watching found, and what it says in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from relevo.picture.number import number
from relevo.watch.drift import ColumnDrift, Drift
from relevo.words import say

NO_BREAK = "\u00a0"

Kind = Literal[
    "all columns",
    "drift",
    "missing",
    "prediction",
    "quality",
    "segment quality",
    "segment drift",
    "estimated quality",
    "loss",
    "calibration",
    "labels",
    "fault",
]


@dataclass(frozen=True)
class Signal:
    """One comparison of the newest window with what was before.

    Attributes
    ----------
    kind
        `"all columns"` (the verdict over them), `"drift"` of a column, its `"missing"` values,
        `"prediction"` (what the model says has moved), `"quality"` (what came true), `"estimated
        quality"` (before it does), `"loss"` and `"calibration"` (over all watches of a champion
        together), `"labels"` (who gets an outcome), two of one segment (`"segment quality"`,
        `"segment drift"`), or a `"fault"` of the data in columns that have not moved far enough to
        alarm.
    column
        The column; the metric for `"quality"`; the segment for its own; empty for the verdict.
    size
        How far, in the unit of its kind: see `relevo.watch.drift.ColumnDrift`; the share of
        columns that alarm for the verdict; how much worse, in the metric's unit, for quality; the
        share of rows for a fault.
    p_value
        How likely so much or more is by chance.
    alarm
        Whether it deserves attention.
    text
        A sentence for people.
    segment
        The only segment or site where it is so; empty when it is so everywhere.
    since
        When it began, where the rows tell.
    cost
        What it costs a day, in the unit of the problem's costs; None where these are not given, or
        nothing says how much.
    cause
        The likely cause, see `relevo.watch.cause.CauseKind`; empty without an alarm.
    because
        The evidence for that, and how certain it is.
    action
        What to do, for programs: see `relevo.watch.explanation.Action`.
    advice
        What to do, as a sentence.

    """

    kind: Kind
    column: str
    size: float
    p_value: float
    alarm: bool
    text: str
    segment: str = ""
    since: datetime | None = None
    cost: float | None = None
    cause: str = ""
    because: str = ""
    action: str = ""
    advice: str = ""


def signals_of(found: Drift, kind: Literal["drift", "prediction"] = "drift") -> tuple[Signal, ...]:
    """The verdict, then every column's signal, the alarms and the smallest p-values first.

    Parameters
    ----------
    found
        What `drift` returned.
    kind
        `"prediction"` when the columns compared are predictions: there is no verdict then.

    """
    ordered = sorted(found.columns, key=lambda one: (not one.alarm, one.p_value, -abs(one.size)))
    columns = tuple(_of_column(one, kind) for one in ordered)
    return columns if kind == "prediction" else (_verdict(found), *columns)


def _verdict(found: Drift) -> Signal:
    names = list(dict.fromkeys(one.column for one in found.columns))
    alarmed = list(dict.fromkeys(one.column for one in found.columns if one.alarm))
    apart = found.classifier if found.alarm and not alarmed else None
    state = "moved" if found.alarm and alarmed else "moved_together" if found.alarm else "calm"
    told = list(apart.columns) if apart else alarmed
    text = say(
        f"watch.verdict.{'told_apart' if apart else state}",
        columns=len(names),
        moved=len(alarmed),
        names=", ".join(told[:5]) + ("…" if len(told) > 5 else ""),
        auc=number(apart.auc, 2) if apart else "",
        p=chance(found.p_value),
    )
    size = len(alarmed) / len(names)
    return Signal("all columns", "", size, found.p_value, found.alarm, text)


def _of_column(one: ColumnDrift, kind: Literal["drift", "prediction"]) -> Signal:
    state = "moved" if one.alarm else "calm"
    size = f"{100 * one.size:+.2g}" if one.kind == "missing" else number(one.size, 2)
    text = say(f"watch.{one.kind}.{state}", column=one.column, size=size, p=chance(one.p_value))
    named: Kind = "missing" if one.kind == "missing" and kind == "drift" else kind
    return Signal(named, one.column, one.size, one.p_value, one.alarm, text)


def chance(p_value: float) -> str:
    """A p-value as people read it, on one line: `"p = 0.03"`, `"p < 0.001"`."""
    text = "p < 0.001" if p_value < 0.001 else f"p = {p_value:.2g}"
    return text.replace(" ", NO_BREAK)
