from __future__ import annotations

import json

import numpy as np
import pytest

from relevo.errors import DataMistake
from relevo.watch.calibration_monitor import CalibrationMonitor, calibration_parts


def watched(bend, days=110, change=60, seed=0):
    rng, monitor = np.random.default_rng(seed), CalibrationMonitor()
    for day in range(days):
        said = rng.uniform(0.05, 0.6, 400)
        chance = bend(said) if day >= change else said
        found = monitor.update(rng.random(400) < chance, said, unit=day)
    return monitor, found


def test_more_outcomes_than_said():
    _, found = watched(lambda said: said + 0.1)
    assert found.alarm
    assert found.shift.alarm
    assert abs(found.shift.since - 60) <= 4
    assert found.shift.size == pytest.approx(0.1, abs=0.02)
    assert found.text == found.shift.text


def test_probabilities_that_are_too_sure():
    def bend(said):  # around one half, so that the share of outcomes is about what was said
        return 0.325 + 0.2 * (said - 0.325)

    _, found = watched(bend)
    assert found.slope.alarm
    assert found.slope.size < 0
    assert abs(found.slope.since - 60) <= 6


def test_it_is_quiet_while_they_come_true_and_its_state_is_json():
    monitor, found = watched(lambda said: said)
    assert not found.alarm
    assert found.p_value > 0.05
    again = CalibrationMonitor.of(json.loads(json.dumps(monitor.state)))
    assert again.finish() == monitor.finish()


def test_parts_do_not_break_on_certainty():
    missed, slope = calibration_parts([1, 0], [1.0, 1.0])
    assert missed.tolist() == [0.0, -1.0]
    assert np.isfinite(slope).all()
    with pytest.raises(DataMistake):
        calibration_parts([1, 0], [0.5])
