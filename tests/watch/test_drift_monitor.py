from __future__ import annotations

import json
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from scipy import stats

from relevo.errors import DataMistake, OptionMistake
from relevo.watch.drift_monitor import DriftMonitor
from relevo.watch.reference import Reference


def rows(rng, n, shift=0.0):
    base = rng.normal(size=(n, 2)) + rng.normal(size=(n, 1))
    return pl.DataFrame(
        {
            "x": base[:, 0] + shift,
            "y": np.exp(base[:, 1]),
            "c": rng.choice(["a", "b", "c"], n, p=[0.6, 0.3, 0.1]),
            "day": [date(2013, 1, 1)] * n,
        }
    )


def test_p_values_of_calm_days_are_uniform_and_independent():
    rng = np.random.default_rng(0)
    p_values = []
    for _ in range(12):
        monitor = DriftMonitor(rows(rng, 300))
        p_values.append([monitor.look(rows(rng, 80)).p_value for _ in range(30)])
    found = np.array(p_values)
    # three binomial standard errors of 360 days
    assert np.mean(found <= 0.1) == pytest.approx(0.1, abs=0.048)
    neighbours = stats.pearsonr(found[:, 1:].ravel(), found[:, :-1].ravel())
    assert neighbours.pvalue > 0.001  # one seed in a thousand would fail


def test_calm_days_do_not_alarm():
    rng = np.random.default_rng(1)
    monitor = DriftMonitor(rows(rng, 1000))
    looks = [monitor.look(rows(rng, 60)) for _ in range(120)]
    assert not any(look.alarm for look in looks)
    assert looks[-1].looks == 120
    assert all(0 <= look.evidence < 1 for look in looks)


def test_a_change_is_found_and_dated():
    rng = np.random.default_rng(2)
    monitor = DriftMonitor(rows(rng, 2000))
    start = date(2013, 1, 1)
    for day in range(60):
        look = monitor.look(rows(rng, 100, 0.0 if day < 20 else 0.5), start + timedelta(days=day))
        assert not look.alarm or day >= 20
        if look.alarm:
            break
    assert look.alarm
    assert day <= 32
    assert date(2013, 1, 17) <= date.fromisoformat(look.began) <= date(2013, 1, 25)
    assert look.drift.alarm
    assert [one.column for one in look.drift.columns if one.alarm][:1] == ["x"]
    assert monitor.look(rows(rng, 100), "later").alarm  # until somebody begins anew


def test_small_changes_need_the_blocks():
    rng = np.random.default_rng(3)
    monitor = DriftMonitor(rows(rng, 5000))
    for day in range(100):
        look = monitor.look(rows(rng, 100, 0.0 if day < 16 else 0.3), day)
        if look.alarm:
            break
    assert look.alarm
    assert look.drift.rows_current > 100
    assert 8 <= look.began <= 28


def test_it_goes_on_where_it_was_saved():
    rng = np.random.default_rng(4)
    reference = Reference.of(rows(rng, 500))
    windows = [rows(rng, 50, 0.4 if day > 9 else 0.0) for day in range(21)]
    whole, first = DriftMonitor(reference), DriftMonitor(reference)
    looks = [whole.look(window, day) for day, window in enumerate(windows)]
    for day, window in enumerate(windows[:7]):
        first.look(window, day)
    second = DriftMonitor(reference).resume(json.loads(json.dumps(first.state())))
    assert [second.look(w, day) for day, w in enumerate(windows[7:], 7)] == looks[7:]
    assert json.dumps(second.state()) == json.dumps(whole.state())


def test_its_state_stays_small():
    rng = np.random.default_rng(5)
    monitor, sizes = DriftMonitor(rows(rng, 3000)), []
    for day in range(24):
        monitor.look(rows(rng, 200), day)
        sizes.append(len(json.dumps(monitor.state())))
    assert max(sizes) < 80_000
    assert sizes[-1] < 1.3 * sizes[3]


def test_bets_begin_anew_each_year():
    rng = np.random.default_rng(6)
    monitor = DriftMonitor(rows(rng, 200), looks=10)
    for _ in range(10):
        monitor.look(rows(rng, 40))
    assert [scale["bets"]["tests"] for scale in monitor.state()["scales"]] == [0, 0, 0]


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize(
    ("spoil", "key"),
    [
        (lambda state: {**state, "edges": {}}, "watch.other_reference"),
        (lambda state: {"edges": state["edges"]}, "watch.bad_state"),
        (lambda state: {**state, "scales": [{}]}, "watch.bad_state"),
        (lambda state: {}, "watch.bad_state"),
        (lambda state: [], "watch.bad_state"),
    ],
)
def test_a_state_that_does_not_fit_is_refused(spoil, key, lang):
    monitor = DriftMonitor({"x": [1.0, 2.0, 3.0] * 20})
    with pytest.raises(DataMistake) as caught:
        monitor.resume(spoil(monitor.state()))
    assert caught.value.key == key
    assert all(caught.value.parts(lang).values())


def test_bad_windows_change_nothing():
    monitor = DriftMonitor({"x": [1.0, 2.0, 3.0] * 20})
    before = monitor.state()
    for window in ({"x": [1.0]}, {"y": [1.0, 2.0]}, {"x": ["a", "b"]}):
        with pytest.raises(DataMistake):
            monitor.look(window)
    assert monitor.state() == before
    with pytest.raises(OptionMistake):
        DriftMonitor({"x": [1.0, 2.0]}, alpha=0)
