from __future__ import annotations

import json
from datetime import date, timedelta

import numpy as np
import pytest

from relevo.errors import DataMistake
from relevo.watch.loss_monitor import LossMonitor
from relevo.words import use_language


def stream(days, rise_at=None, seed=0):
    """Rows of each day share that day's weather."""
    rng = np.random.default_rng(seed)
    for day in range(days):
        level = 0.5 if rise_at is None or day < rise_at else 0.62
        yield day, rng.normal(level, 0.05) + rng.normal(0, 0.3, 50)


def test_a_lasting_rise_is_said_with_its_day_and_size():
    monitor = LossMonitor()
    start = date(2024, 1, 1)
    for day, losses in stream(120, rise_at=80):
        found = monitor.update(losses, unit=start + timedelta(days=day))
    assert found.alarm
    assert found.p_value <= 0.05
    assert abs((date.fromisoformat(found.since) - start).days - 80) <= 5
    assert found.size == pytest.approx(0.12, abs=0.04)
    assert (found.units, found.rows) == (119, 119 * 50)  # the last day is not over
    assert found.since in found.text
    use_language("es")
    try:
        assert "La pérdida ha subido" in monitor.finish().text
    finally:
        use_language(None)


def test_days_with_a_weather_of_their_own_are_quiet():
    alarms = 0
    for seed in range(12):
        monitor = LossMonitor()
        for day, losses in stream(90, seed=seed):
            found = monitor.update(losses, unit=day)
        alarms += found.alarm
    assert alarms <= 3  # .6 is expected; four would happen once in 500 such tests


def test_a_unit_may_come_in_parts_and_is_judged_when_a_later_one_begins():
    parts, whole = LossMonitor(), LossMonitor()
    for day, losses in stream(30):
        parts.update(losses[:20], unit=day)
        parts.update(losses[20:], unit=day)
        found = whole.update(losses, unit=day)
    now = parts.now()
    assert (now.p_value, now.rows, now.since) == (found.p_value, found.rows, found.since)
    assert now.size == pytest.approx(found.size)
    everything = LossMonitor()
    rows = list(stream(30))
    everything.update(np.concatenate([r for _, r in rows]), np.repeat(np.arange(30), 50))
    assert everything.now().p_value == pytest.approx(found.p_value)


def test_a_clock_that_goes_back_is_counted_and_not_taken_in():
    monitor = LossMonitor()
    for day, losses in stream(30):
        monitor.update(losses, unit=day)
    before = monitor.now()
    after = monitor.update([99.0, 99.0, 99.0], unit=12)
    assert (after.late, after.rows, after.p_value) == (3, before.rows, before.p_value)
    monitor.finish()
    assert monitor.update([99.0], unit=29).late == 4  # it was judged already


def test_its_state_is_json():
    monitor = LossMonitor(known=np.linspace(0.45, 0.55, 12))
    for day, losses in stream(40, rise_at=20):
        monitor.update(losses, unit=day)
    again = LossMonitor.of(json.loads(json.dumps(monitor.state)))
    assert again.now() == monitor.now()
    assert again.update([1.0], unit=40) == monitor.update([1.0], unit=40)


def test_batches_without_a_unit_are_units():
    monitor = LossMonitor()
    for _, losses in stream(15):
        monitor.update(losses)
    assert monitor.now().units == 14


@pytest.mark.parametrize(
    ("values", "unit", "key"),
    [
        ([np.nan], 3, "score.not_finite"),
        ([1.0], "monday", "monitor.mixed_units"),
        ([1.0, 2.0], [1, None], "score.missing_block"),
    ],
)
def test_mistakes_leave_it_as_it_was(values, unit, key):
    monitor = LossMonitor()
    monitor.update([0.5], unit=2)
    before = monitor.state
    with pytest.raises(DataMistake) as caught:
        monitor.update(values, unit=unit)
    assert caught.value.key == key
    assert all(caught.value.parts("es").values())
    assert monitor.state == before
