from __future__ import annotations

import math

import numpy as np
import pytest

from relevo.errors import DataMistake, OptionMistake
from relevo.score.e_detector import EDetector, change_evidence, sequential_scores


def units(rng, count, repeats=0.0, tails="normal"):
    fresh = rng.normal(size=count + 50) if tails == "normal" else rng.standard_t(3, count + 50)
    values = np.zeros(count + 50)
    for at in range(1, count + 50):
        values[at] = repeats * values[at - 1] + fresh[at]
    return values[50:] / np.sqrt(1 if tails == "normal" else 3) * np.sqrt(1 - repeats**2)


@pytest.mark.parametrize(("repeats", "tails"), [(0.0, "normal"), (0.4, "normal"), (0.4, "heavy")])
def test_many_looks_alarm_falsely_as_rarely_as_stated(repeats, tails):
    rng = np.random.default_rng(0)
    alarms = 0
    for _ in range(30):
        values = units(rng, 40 + 180, repeats, tails)
        detector = EDetector(values[:40])
        detector.update(values[40:])
        alarms += detector.alarmed_at is not None
    # .05 of 30 is 1.5; more than 6 would happen in one of 2,000 such tests; a year of looks, many
    # times over, is in benchmarks/watch_loss.py
    assert alarms <= 6


@pytest.mark.parametrize(("repeats", "longest"), [(0.0, 40), (0.4, 80)])
def test_a_lasting_rise_is_found_and_dated(repeats, longest):
    rng = np.random.default_rng(1)
    delays, dated = [], []
    for _ in range(8):
        values = units(rng, 60 + 60 + 100, repeats)
        values[120:] += 1.0
        detector = EDetector(values[:60])
        detector.update(values[60:])
        found = detector.alarmed_at is not None
        delays.append(detector.alarmed_at - 60 if found else np.inf)
        dated.append(detector.start - 60)
    assert np.median(delays) < longest
    assert abs(np.median(dated)) <= 10


def test_a_fall_is_no_rise():
    values = np.concatenate([np.random.default_rng(2).normal(size=100), np.full(60, -3.0)])
    up, either = EDetector(values[:60]), EDetector(values[:60], worse="either")
    assert up.update(values[60:]) < 1
    assert either.update(values[60:]) > math.log(20)


def test_the_evidence_is_a_fair_game():
    rng = np.random.default_rng(3)
    wealth = [math.exp(change_evidence(rng.normal(size=5), "either")) for _ in range(4000)]
    # its mean is 1 while nothing changes; heavy-tailed, hence a wide tolerance
    assert np.mean(wealth) == pytest.approx(1.0, abs=0.1)


def test_scores_do_not_depend_on_the_scale():
    values = np.random.default_rng(4).normal(size=40)
    scores = sequential_scores(values, 20)
    assert scores == pytest.approx(sequential_scores(100 * values - 7, 20))
    assert np.isfinite(sequential_scores(np.ones(30), 10)).all()


def test_one_after_the_other_is_the_same_as_all_at_once():
    values = np.random.default_rng(5).normal(size=60)
    once, each = EDetector(), EDetector()
    once.update(values)
    for value in values:
        each.update([value])
    assert once.log_e == each.log_e
    assert once.scores == each.scores


def test_nothing_is_said_before_there_is_anything_to_compare_with():
    detector = EDetector()
    detector.update(np.arange(10.0))
    assert detector.start is None
    detector.update([50.0])
    assert detector.start == 0
    with pytest.raises(OptionMistake):
        EDetector(alpha=0.0)


def test_a_missing_value_is_refused_and_nothing_is_taken_in():
    with pytest.raises(DataMistake):
        EDetector([1.0, np.nan])
    detector = EDetector(np.arange(20.0), worse="either")
    with pytest.raises(DataMistake):
        detector.update([3.0, np.inf])
    assert (detector.scores, detector.alarmed_at) == ([], None)
