"""`explain_signals`: the cause of each alarm, and a signal for each fault that set none off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from relevo.watch.cause import Cause
from relevo.watch.explanation import Explanation
from relevo.watch.signals import Signal
from relevo.watch.stakes import Stakes

_SELECTED = Cause("unknown", (), "likely", 0, 1.0, "selected")
# Outcomes have come, and say that the model is worse; whatever the reason, newer rows can help.
_REALISED = frozenset({"quality", "segment quality", "loss", "calibration"})
_WORSE = Cause("unknown", (), "possible", 0, 1.0, "worse")
_CERTAINTY = ("almost certain", "likely", "possible")


@dataclass(frozen=True)
class Evidence:
    """What was found out about the alarms of one window.

    Attributes
    ----------
    faults
        What `data_faults` found.
    world
        What `world_cause` found; None when nothing alarmed, so that nobody asked.
    since
        When each column began to change, where that is known.
    confined
        The only segment where each column has moved, where there is one.
    extra_loss
        By how much the mean loss of a row has grown, or is expected to have; None if not known.
    stakes
        What that costs.
    rows
        How many rows the window has.

    """

    faults: Sequence[Cause] = ()
    world: Cause | None = None
    since: Mapping[str, datetime] = field(default_factory=dict)
    confined: Mapping[str, str] = field(default_factory=dict)
    extra_loss: float | None = None
    stakes: Stakes = field(default_factory=Stakes)
    rows: int = 0


def explain_signals(
    signals: Sequence[Signal], evidence: Evidence
) -> tuple[tuple[Signal, ...], tuple[Explanation, ...]]:
    """The signals with cause, since when, cost and advice; and each explanation once, worst first.

    A fault of a column explains what alarms in it, and whatever alarms about the rows as a whole:
    before the data are mended nothing else can be said of them. Other alarms are the world's.

    Parameters
    ----------
    signals
        As they were found.
    evidence
        What was found out about them.

    """
    made: dict[int, Explanation] = {}

    def explanation(cause: Cause) -> Explanation:
        if id(cause) not in made:
            began = [evidence.since[name] for name in cause.columns if name in evidence.since]
            cost = evidence.stakes.a_day(evidence.extra_loss)
            price = evidence.stakes.update_cost
            made[id(cause)] = Explanation(cause, min(began, default=None), cost, price)
        return made[id(cause)]

    told = [*signals, *_faults(signals, evidence)]
    explained = []
    for signal in told:
        cause = _cause(signal, evidence) if signal.alarm else None
        explained.append(_with(signal, explanation(cause), evidence) if cause else signal)
    return tuple(explained), tuple(sorted(made.values(), key=_rank))


def _faults(signals: Sequence[Signal], evidence: Evidence) -> list[Signal]:
    """A signal of its own for each fault in columns that do not alarm."""
    alarmed = {one.column for one in signals if one.alarm and one.kind in ("drift", "missing")}
    return [
        Signal(
            "fault",
            ", ".join(fault.columns),
            min(1.0, fault.rows / evidence.rows) if evidence.rows else 1.0,
            fault.p_value,
            True,
            fault.text(),
        )
        for fault in evidence.faults
        if not alarmed & set(fault.columns)
    ]


def _cause(signal: Signal, evidence: Evidence) -> Cause | None:
    faults = sorted(evidence.faults, key=lambda one: (_CERTAINTY.index(one.confidence), -one.rows))
    if signal.kind == "fault":
        return next(one for one in faults if ", ".join(one.columns) == signal.column)
    if signal.kind in ("drift", "missing"):
        own = [one for one in faults if signal.column in one.columns]
        # What is missing explains the missing values; anything else explains the values better.
        own.sort(key=lambda one: (one.kind == "missing") != (signal.kind == "missing"))
        return own[0] if own else evidence.world
    if signal.kind == "labels":
        return _SELECTED
    if signal.kind == "segment drift":
        own = [one for one in faults if one.segment in ("", signal.column)]
        return own[0] if own else evidence.world
    if faults:
        return faults[0]
    untold = evidence.world is not None and evidence.world.shape in ("few_labels", "no_overlap")
    return _WORSE if untold and signal.kind in _REALISED else evidence.world


def _with(signal: Signal, found: Explanation, evidence: Evidence) -> Signal:
    since, segment = found.since, found.cause.segment
    if signal.kind in ("drift", "missing"):
        since = evidence.since.get(signal.column, since)
        segment = segment or evidence.confined.get(signal.column, "")
    if signal.kind.startswith("segment"):
        segment = signal.column
    own = _cost(signal, found, evidence)
    return replace(
        signal,
        segment=segment,
        since=since,
        cost=own,
        cause=found.cause.kind,
        because=found.because(),
        action=found.action,
        advice=found.advice(),
    )


def _cost(signal: Signal, found: Explanation, evidence: Evidence) -> float | None:
    """That of all rows where it is about these; a segment's own; none for one column of many."""
    if signal.kind in ("quality", "all columns", "prediction", "fault"):
        return found.cost
    if signal.kind == "segment quality":
        return evidence.stakes.a_day(signal.size, signal.column)
    return None


def _rank(one: Explanation) -> tuple[int, int, float]:
    order = ("mend", "aside", "renew", "reweigh", "label", "wait")
    return order.index(one.action), _CERTAINTY.index(one.cause.confidence), -one.cause.rows
