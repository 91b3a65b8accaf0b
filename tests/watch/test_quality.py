from __future__ import annotations

import numpy as np
import pytest

from relevo.errors import DataMistake, ProblemMistake
from relevo.score.evidence import Figure
from relevo.score.intervals import interval
from relevo.score.metrics import METRICS
from relevo.watch.quality import realised_quality


def draw(rng, n, slope=2.0):
    score = rng.normal(size=n)
    target = (rng.random(n) < 1 / (1 + np.exp(-slope * score))).astype(float)
    chance = 1 / (1 + np.exp(-2 * score))
    return target, np.column_stack([1 - chance, chance])


def baseline(metric, target, prediction, blocks=None):
    scored = METRICS[metric]
    low, high, how = interval(scored, target, prediction, blocks=blocks)
    value = scored.function(target, prediction, None)
    return Figure(metric, value, (low, high), len(target), "judged", how)


@pytest.mark.parametrize("metric", ["roc_auc", "log_loss"])
def test_the_same_quality_alarms_as_often_as_stated(metric):
    rng = np.random.default_rng(0)

    def alarm():
        before = baseline(metric, *draw(rng, 500))
        return realised_quality("classification", metric, *draw(rng, 300), before).signal.alarm

    # .05 with three binomial standard errors of 400 windows (.0109 each)
    assert np.mean([alarm() for _ in range(400)]) == pytest.approx(0.05, abs=0.033)


@pytest.mark.parametrize("metric", ["roc_auc", "log_loss", "accuracy"])
def test_a_worse_model_alarms_and_a_better_one_does_not(metric):
    rng = np.random.default_rng(1)
    before = baseline(metric, *draw(rng, 2000))
    worse = realised_quality("classification", metric, *draw(rng, 1000, slope=0.3), before)
    better = realised_quality("classification", metric, *draw(rng, 1000, slope=4.0), before)
    assert worse.signal.alarm
    assert worse.signal.size > 0
    assert not better.signal.alarm
    assert (worse.signal.kind, worse.signal.column) == ("quality", metric)
    assert worse.figure.rows == 1000
    assert worse.figure.interval[0] < worse.figure.value < worse.figure.interval[1]


def test_blocks_keep_days_with_weather_of_their_own_quiet():
    rng = np.random.default_rng(2)

    def days(count):
        day = np.repeat(np.arange(count), 50)
        return rng.normal(0, 1, count)[day] + rng.normal(size=50 * count), day

    alarms = {True: 0, False: 0}
    for _ in range(100):
        (old, old_day), (new, new_day) = days(30), days(15)
        for blocked in alarms:
            before = baseline("rmse", old, np.zeros(1500), old_day if blocked else None)
            blocks = new_day if blocked else None
            found = realised_quality("regression", "rmse", new, np.zeros(750), before, blocks)
            alarms[blocked] += found.signal.alarm
    assert alarms[True] <= 12  # .05 and three binomial standard errors (.022 each)
    assert alarms[False] > 20


def test_one_block_proves_nothing():
    before = Figure("mae", 1.0, (0.9, 1.1), 400, "judged", "")
    found = realised_quality("regression", "mae", np.full(9, 9.0), np.zeros(9), before, ["d"] * 9)
    assert (found.signal.p_value, found.signal.alarm) == (1.0, False)


def test_mistakes():
    before = Figure("mae", 1.0, (0.9, 1.1), 400, "judged", "")
    with pytest.raises(DataMistake):
        realised_quality("regression", "mae", [], [], before)
    with pytest.raises(ProblemMistake):
        realised_quality("regression", "mea", [1.0], [1.0], before)
