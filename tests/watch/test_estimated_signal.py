from __future__ import annotations

import numpy as np
import pytest

from relevo.score.evidence import Figure
from relevo.score.intervals import interval
from relevo.score.metrics import METRICS
from relevo.validate import expected_quality
from relevo.watch.estimated_signal import estimated_signal


def draw(rng, rows, sure=1.0):
    said = np.clip(0.5 + sure * (rng.random(rows) - 0.5), 0.01, 0.99)
    return said, (rng.random(rows) < said).astype(float)


def baseline(said, labels, metric="accuracy"):
    both = np.column_stack([1 - said, said])
    low, high, how = interval(METRICS[metric], labels, both)
    value = METRICS[metric].function(labels, both, None)
    return Figure(metric, value, (low, high), len(said), "judged", how)


def test_rows_that_are_harder_alarm_and_the_caution_is_said():
    rng = np.random.default_rng(0)
    judged = draw(rng, 3000)
    before = baseline(*judged)
    hard = expected_quality(draw(rng, 2000, sure=0.3)[0], "accuracy", judged)
    same = expected_quality(draw(rng, 2000)[0], "accuracy", judged)
    alarm, calm = estimated_signal(hard, before), estimated_signal(same, before)
    assert (alarm.kind, alarm.column, alarm.alarm) == ("estimated quality", "accuracy", True)
    assert alarm.size == pytest.approx(0.75 - 0.575, abs=0.04)
    assert not calm.alarm
    assert all("concept drift cannot be seen" in one.text for one in (alarm, calm))
