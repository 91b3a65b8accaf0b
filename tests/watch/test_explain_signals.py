"""Alarms get their cause, when it began, what it costs and what to do; in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import get_args

import pytest

from relevo.watch.cause import FAULTS, Cause, CauseKind
from relevo.watch.explain_signals import Evidence, explain_signals
from relevo.watch.explanation import Action, Explanation
from relevo.watch.headline import headline
from relevo.watch.signals import Signal
from relevo.watch.stakes import Stakes
from relevo.watch.world_cause import world_cause
from relevo.words import sentences, use_language

MOVED = Signal("drift", "wind", 0.5, 1e-4, True, "wind moved")
WHOLE = Signal("all columns", "", 0.5, 1e-4, True, "1 of 2 columns moved")
WORSE = Signal("quality", "log_loss", 0.2, 1e-4, True, "worse")
PLACE = Signal("segment quality", "north", 0.3, 1e-4, True, "worse there")
CALM = Signal("drift", "load", 0.0, 0.8, False, "calm")
UNITS = Cause(
    "units", ("wind",), "almost certain", 300, 1e-9, "known",
    {"factor": "3.6", "shift": "0", "name": "(m/s)/(km/h)"},
)  # fmt: skip
CHANGED = Cause(
    "relation", (), "likely", 300, 0.001, "said",
    {"before": "0.4", "expected": "0.41", "now": "0.6", "low": "0.1", "high": "0.3"},
)  # fmt: skip
STAKES = Stakes(2.0, 1_000.0, {"north": 100.0}, update_cost=120.0)
BEGAN = datetime(2013, 5, 1, 6)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    use_language("en")
    yield
    use_language(None)


def test_a_fault_explains_its_column_and_the_rows_as_a_whole() -> None:
    evidence = Evidence((UNITS,), None, {"wind": BEGAN}, {}, 0.2, STAKES, 600)
    signals, (one,) = explain_signals([WHOLE, MOVED, WORSE, CALM], evidence)
    assert [signal.cause for signal in signals] == ["units", "units", "units", ""]
    assert signals[1].since == BEGAN
    assert signals[1].action == "mend"
    assert "since 2013-05-01 06:00" in signals[1].advice
    assert "400" in signals[2].advice  # 0.2 of loss x 2 x 1,000 rows a day
    assert [signal.cost for signal in signals] == [400.0, None, 400.0, None]
    assert "3.6 times" in one.because()
    assert headline(signals, [one]).startswith("Alarm, wind: another unit. Mend the source of wind")


def test_a_fault_that_nothing_alarmed_about_is_a_signal_of_its_own() -> None:
    (calm, fault), _ = explain_signals([CALM], Evidence((UNITS,), rows=600))
    assert not calm.alarm
    assert (fault.kind, fault.column, fault.size, fault.alarm) == ("fault", "wind", 0.5, True)
    assert fault.cause == "units"


def test_outcomes_that_say_the_model_is_worse_call_for_renewal_even_unexplained() -> None:
    for untold in (world_cause(None), Cause("unknown", (), "possible", 9, 1.0, "no_overlap")):
        loss = replace(WORSE, kind="loss")
        signals, told = explain_signals([MOVED, WORSE, loss, PLACE], Evidence(world=untold))
        assert [signal.action for signal in signals] == ["label", "renew", "renew", "renew"]
        assert [one.action for one in told] == ["renew", "label"]
        assert "model is worse" in told[0].because()


def test_the_world_explains_what_is_no_fault() -> None:
    evidence = Evidence((), CHANGED, {}, {"wind": "north"}, 0.2, STAKES, 600)
    signals, (one,) = explain_signals([MOVED, WORSE, PLACE], evidence)
    assert {signal.cause for signal in signals} == {"relation"}
    assert {signal.action for signal in signals} == {"renew"}
    assert [signal.segment for signal in signals] == ["north", "", "north"]
    assert signals[2].cost == pytest.approx(60.0)  # 0.3 x 2 x 100 rows a day
    assert "pays for itself in 0.3 days" in one.advice()


def test_faults_come_before_the_world() -> None:
    first = Cause("unknown", (), "possible", 0, 1.0, "faults_first")
    other = replace(MOVED, column="load")
    _, explanations = explain_signals([MOVED, other], Evidence((UNITS,), first, rows=600))
    assert [one.cause.kind for one in explanations] == ["units", "unknown"]
    assert explanations[1].advice() == "Mend the data first, then look again."
    assert "More causes below: 1" in headline([MOVED, other], explanations)


def test_outcomes_of_some_rows_only_ask_for_labels() -> None:
    (signal,), _ = explain_signals([Signal("labels", "", 0.7, 1e-4, True, "some")], Evidence())
    assert (signal.cause, signal.action) == ("unknown", "label")
    assert "some kinds of rows" in signal.because


def test_without_an_alarm_nothing_needs_doing() -> None:
    signals, explanations = explain_signals([CALM], Evidence())
    assert (signals, explanations) == ((CALM,), ())
    assert headline(signals, explanations) == "No alarm in 1 comparisons: nothing needs doing."


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_cause_and_action_has_its_words(lang: str) -> None:
    said = sentences(lang)
    assert {f"cause.kind.{kind}" for kind in get_args(CauseKind)} <= said.keys()
    assert {f"cause.advice.{action}" for action in get_args(Action)} <= said.keys()
    assert set(get_args(CauseKind)) > FAULTS
    use_language(lang)
    told = Explanation(UNITS, BEGAN, 12.0, 3.0)
    assert told.advice().endswith(".")
    assert "wind" in told.because()
