from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.signal import lfilter
from scipy.stats import norm

from relevo.errors import DataMistake, OptionMistake
from relevo.renew.duel import Duel
from relevo.words import LANGUAGES

DAYS = 60


def fight(duel, days, rng=None, rows=4, noise=0.3):
    """One look per day, from the tenth on; each day's rows lie around its mean gain."""
    around = rng.normal(0, noise, (len(days), rows)) if rng else np.zeros((len(days), rows))
    gain, unit = days[:, None] + around, np.repeat(np.arange(len(days)), rows)
    for day in range(10, len(days) + 1):
        new = slice(0 if day == 10 else (day - 1) * rows, day * rows)
        verdict = duel.update(gain.ravel()[new], np.zeros(unit[new].size), unit[new])
        if verdict.decision != "undecided":
            break
    return verdict


def share_promoted(seed, repetitions, draw, **options):
    rng = np.random.default_rng(seed)
    verdicts = [fight(Duel(**options), draw(rng), rng) for _ in range(repetitions)]
    return np.mean([v.decision == "promote" for v in verdicts])


def independent(rng):
    return rng.normal(size=DAYS)


def heavy_tails(rng):
    return rng.standard_t(3, DAYS)


def days_alike(rng):
    """First-order autoregressive with 0.5."""
    return lfilter([1], [1, -0.5], rng.normal(size=DAYS + 50))[50:]


# Nominal 5 %; 100 duels have a standard deviation of 2.2 %: two of them make 9.4 %. (3,000 duels
# over 365 days gave 2.4, 3.1 and 6.2 %.)
@pytest.mark.parametrize("draw", [independent, heavy_tails, days_alike])
def test_one_that_is_no_better_is_rarely_ever_promoted(draw):
    assert share_promoted(0, 100, draw) <= 0.094


def test_a_clear_gain_is_promoted_in_time():
    share = share_promoted(1, 50, lambda rng: rng.normal(0.8, 1, DAYS))
    # 1.00 in 2,000 simulated duels.
    assert share >= 0.95


def test_only_strong_evidence_decides_before_the_first_regular_look():
    days = np.random.default_rng(4).normal(0.9, 1.0, 20)
    assert Duel().update(days, np.zeros(20), np.arange(20)).decision == "undecided"
    assert Duel(min_units=12).update(days, np.zeros(20), np.arange(20)).decision == "promote"
    assert Duel().update(days + 1, np.zeros(20), np.arange(20)).decision == "promote"
    few = Duel().update(days[:9] + 9, np.zeros(9), np.arange(9))
    assert (few.decision, few.interval) == ("undecided", (-math.inf, math.inf))


def test_a_worse_one_and_the_same_one_are_not_let_in():
    worse = fight(Duel(), np.random.default_rng(0).normal(-1, 0.5, DAYS))
    assert (worse.decision, worse.more_needed) == ("keep", None)
    same = fight(Duel(), np.zeros(DAYS))
    assert (same.decision, same.units, same.interval) == ("keep", 10, (0.0, 0.0))
    steady = fight(Duel(), np.full(DAYS, 0.1))
    assert (steady.decision, steady.interval) == ("promote", pytest.approx((0.1, 0.1)))


def test_one_that_can_hardly_be_promoted_in_time_is_given_up():
    # A little worse than nothing: with time enough it could be anything, in three days it cannot.
    days = np.tile([1.0, -1.1], 10)
    losses = (days, np.zeros(20), np.arange(20))
    patient, pressed = Duel().update(*losses), Duel().update(*losses, units_left=3)
    assert (patient.decision, patient.hopeless) == ("undecided", False)
    assert (pressed.decision, pressed.hopeless) == ("keep", True)
    assert pressed.interval == patient.interval
    assert pressed.interval[1] > 0
    assert all(type(end) is float for end in pressed.interval)
    assert Duel().update(days + 1, losses[1], losses[2], units_left=0).decision == "promote"


def test_a_gain_below_the_one_asked_for_is_not_enough():
    days = np.random.default_rng(0).normal(0.2, 0.1, DAYS)
    assert fight(Duel(), days).decision == "promote"
    assert fight(Duel(min_gain=0.5), days).decision == "keep"


def test_a_unit_in_two_updates_is_one_unit():
    rng = np.random.default_rng(3)
    losses, days = rng.exponential(size=(2, 60)), np.sort(np.arange(60) % 12).astype(str)
    whole, parts = Duel(), Duel()
    at_once = whole.update(*losses, days)
    for part in np.array_split(np.arange(60), 7):
        piecewise = parts.update(*losses[:, part], days[part])
    assert (piecewise.units, piecewise.rows) == (at_once.units, at_once.rows) == (12, 60)
    assert piecewise.gain == pytest.approx(at_once.gain, rel=1e-12)
    assert piecewise.interval == pytest.approx(at_once.interval, rel=1e-12)


def test_without_units_a_batch_is_one_and_a_name_may_stand_for_all_rows():
    duel = Duel()
    assert duel.update([1.0, 3.0], [0.0, 0.0]).units == 1
    assert duel.update([4.0], [0.0]).units == 2
    assert duel.update([4.0], [0.0], unit="monday").units == 3
    verdict = duel.update([8.0], [0.0], unit="monday")
    assert (verdict.units, verdict.rows, verdict.gain) == (3, 5, pytest.approx((2 + 4 + 6) / 3))
    assert duel.update([], []).units == 3
    assert math.isnan(Duel().update([], []).gain)


def test_units_that_have_an_order_are_put_in_it():
    days = np.repeat(np.random.default_rng(5).normal(size=12), 3)  # Three days alike.
    losses, unit = (days, np.zeros(36)), np.arange(36)
    mixed = np.random.default_rng(6).permutation(36)
    in_order = Duel().update(*losses, unit)
    assert in_order.independent_units < 20
    for names in (unit, np.datetime64("2026-01-01") + unit):
        late = Duel().update(losses[0][mixed], losses[1][mixed], names[mixed])
        assert late.independent_units == pytest.approx(in_order.independent_units)
    as_they_come = Duel().update(losses[0][mixed], losses[1][mixed], unit[mixed].astype(str))
    assert as_they_come.independent_units > 25


def test_more_needed_is_when_it_would_be_decided():
    days = np.tile([1.0, -0.6], 16)
    duel = Duel()
    verdict = duel.update(days, np.zeros(32), np.arange(32))
    assert verdict.decision == "undecided"
    more = np.tile([1.0, -0.6], verdict.more_needed // 2 + 2)
    after = duel.update(more, np.zeros(len(more)), 100 + np.arange(len(more)))
    assert after.decision == "promote"
    hopeless = Duel().update(np.tile([1.0, -1.0], 20), np.zeros(40), np.arange(40))
    assert (hopeless.decision, hopeless.more_needed) == ("undecided", None)
    assert Duel().update([1.0], [0.0]).more_needed == 27


def test_the_smallest_gain_is_seen_four_times_out_of_five():
    rng = np.random.default_rng(7)
    spread = norm.ppf((rng.permutation(100) + 0.5) / 100)
    smallest = Duel().update(spread, np.zeros(100), np.arange(100)).smallest_gain
    seen = [
        Duel().update(rng.normal(smallest, 1, 100), np.zeros(100), np.arange(100)).decision
        for _ in range(200)
    ]
    # One look of 200 duels at 80 %: a standard deviation of 2.8 %; three make 8.5 %.
    assert np.mean([decision == "promote" for decision in seen]) == pytest.approx(0.8, abs=0.085)


def test_the_risk_that_is_left_falls_and_a_copy_gives_all_of_it_back():
    rng = np.random.default_rng(8)
    duel, left = Duel(), []
    for day in range(60):
        verdict = duel.update(rng.normal(-0.1, 1, 5), np.zeros(5), unit=day)
        left.append(verdict.risk_left)
    assert verdict.decision == "undecided"
    assert left[0] == 0.05
    assert max(left) <= 0.05
    assert 0 < left[-1] < 0.02
    assert fight(Duel(), rng.normal(-1, 0.5, DAYS)).risk_left < 0.01
    assert fight(Duel(), rng.normal(1, 0.5, DAYS)).risk_left == 0
    assert fight(Duel(), np.zeros(DAYS)).risk_left == 0.05


@pytest.mark.parametrize(
    ("champion", "challenger", "unit", "key"),
    [
        ([1.0, 2.0], [1.0], None, "duel.shapes"),
        ([[1.0]], [[1.0]], None, "duel.shapes"),
        ([1.0, math.nan], [1.0, 2.0], None, "score.not_finite"),
        ([1.0, 2.0], [1.0, 2.0], ["a"], "score.lengths"),
        ([1.0, 2.0], [1.0, 2.0], ["a", None], "score.missing_block"),
    ],
)
def test_a_batch_that_does_not_fit_is_explained_and_left_out(champion, challenger, unit, key):
    duel = Duel()
    duel.update([1.0], [0.0], unit="before")
    with pytest.raises(DataMistake) as caught:
        duel.update(champion, challenger, unit)
    assert caught.value.key == key
    assert duel.update([1.0], [0.0], unit="before").rows == 2


@pytest.mark.parametrize(
    "option",
    [
        {"alpha": 0.0},
        {"alpha": 0.5},
        {"min_gain": math.nan},
        {"min_units": 4},
    ],
)
def test_options_out_of_reach_are_explained(option):
    with pytest.raises(OptionMistake) as caught:
        Duel(**option)
    assert all(len(caught.value.parts(lang)) == 3 for lang in LANGUAGES)
