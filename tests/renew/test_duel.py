from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.signal import lfilter
from scipy.stats import t as student

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


# Nominal 5 %; 150 duels have a standard deviation of 1.8 %: two of them make 8.6 %. (2,000 duels
# gave 1.5, 1.4 and 4.9 % without planned looks.)
@pytest.mark.parametrize(
    ("draw", "looks"),
    [(independent, None), (heavy_tails, None), (days_alike, None), (days_alike, DAYS)],
)
def test_one_that_is_no_better_is_rarely_ever_promoted(draw, looks):
    assert share_promoted(0, 150, draw, looks=looks) <= 0.086


def test_a_clear_gain_is_promoted_in_time():
    share = share_promoted(1, 50, lambda rng: rng.normal(0.8, 1, DAYS))
    # 1.00 in 2,000 simulated duels.
    assert share >= 0.95


def test_one_planned_look_is_sharper_and_as_it_says():
    def last_look(gain, rng):
        duel = Duel(looks=1)
        days = rng.normal(gain, 1, 20)
        return duel.update(np.repeat(days, 3), np.zeros(60), np.repeat(np.arange(20), 3)).decision

    rng = np.random.default_rng(2)
    wrong = np.mean([last_look(0.0, rng) == "promote" for _ in range(600)])
    # Nominal 5 %; 600 looks have a standard deviation of 0.9 %: three make 7.7 %.
    assert wrong <= 0.077
    assert np.mean([last_look(0.8, rng) == "promote" for _ in range(200)]) > 0.8


def test_the_planned_bound_is_the_t_interval_of_unit_means():
    # Alternating days: no positive autocorrelation, so every day counts as one.
    days = np.array([0.9, 0.1] * 8) + np.linspace(0, 0.1, 16)
    verdict = Duel(looks=2).update(days, np.zeros(16), np.arange(16))
    reach = student.ppf(1 - 0.05 / 2, 15) * days.std(ddof=1) / 4
    assert verdict.interval == pytest.approx((days.mean() - reach, days.mean() + reach))
    anytime = Duel().update(days, np.zeros(16), np.arange(16))
    assert anytime.interval[0] < verdict.interval[0]


def test_the_anytime_bound_nears_the_asymptotic_one():
    units, alpha, tuned = 20_000, 0.05, 30
    days = np.tile([1.0, -1.0], units // 2)
    verdict = Duel(alpha, tuned_for=tuned).update(days, np.zeros(units), np.arange(units))
    both = -2 * np.log(2 * alpha)
    grown = 1 + units * (both + np.log(both + 1)) / tuned
    reach = np.sqrt(2 * grown / (grown - 1) * np.log(1 + np.sqrt(grown) / (2 * alpha)) / units)
    # Its last digits are those of the unknown variance.
    assert verdict.interval[1] == pytest.approx(reach, rel=1e-3)


def test_a_worse_one_and_the_same_one_are_not_let_in():
    worse = fight(Duel(), np.random.default_rng(0).normal(-1, 0.5, DAYS))
    assert (worse.decision, worse.more_needed) == ("keep", None)
    same = fight(Duel(), np.zeros(DAYS))
    assert (same.decision, same.units, same.interval) == ("keep", 10, (0.0, 0.0))


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


def test_more_needed_is_when_it_would_be_decided():
    days = np.tile([1.0, -0.6], 6)
    duel = Duel()
    verdict = duel.update(days, np.zeros(12), np.arange(12))
    assert verdict.decision == "undecided"
    more = np.tile([1.0, -0.6], verdict.more_needed // 2 + 2)
    after = duel.update(more, np.zeros(len(more)), 100 + np.arange(len(more)))
    assert after.decision == "promote"
    hopeless = Duel().update(np.tile([1.0, -1.0], 10), np.zeros(20), np.arange(20))
    assert (hopeless.decision, hopeless.more_needed) == ("undecided", None)
    assert Duel().update([1.0], [0.0]).more_needed == 9


def test_the_champion_stays_after_the_last_planned_look():
    duel = Duel(looks=2)
    days = np.tile([1.0, -0.9], 10)
    assert duel.update(days, np.zeros(20), np.arange(20)).decision == "undecided"
    assert duel.update(days, np.zeros(20), np.arange(20)).decision == "keep"
    with pytest.raises(OptionMistake, match="2 planned looks"):
        duel.update([1.0], [0.0])


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
        {"looks": 0},
        {"min_units": 4},
        {"tuned_for": 0},
    ],
)
def test_options_out_of_reach_are_explained(option):
    with pytest.raises(OptionMistake) as caught:
        Duel(**option)
    assert all(len(caught.value.parts(lang)) == 3 for lang in LANGUAGES)
