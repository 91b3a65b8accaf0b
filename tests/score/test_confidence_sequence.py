from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import solve_banded
from scipy.stats import norm
from scipy.stats import t as student

from relevo.score.confidence_sequence import ConfidenceSequence, _constant
from relevo.score.long_run import Moments


def walk(units, mean=0.0, spread=1.0, skewness=0.0):
    return Moments(units, units, mean, spread, skewness)


def test_a_wiener_process_passes_it_with_the_chance_that_it_says():
    """In steps of a fiftieth of the first look, up to a hundred times that look."""
    rng = np.random.default_rng(0)
    steps, seen = 50, []
    # Looks thin out as time grows: the process is seen at ages 1 to 100 in 400 looks.
    ages = np.unique(np.round(np.geomspace(1, 100, 400) * steps)) / steps
    sequence = ConfidenceSequence(alpha=0.05, first=10_000)
    reach = np.array([-sequence.bounds(walk(age * 10_000.0))[0] for age in ages]) * 100 * ages
    for _ in range(20):
        moves = rng.normal(size=(500, len(ages))) * np.sqrt(np.diff(ages, prepend=0))
        seen.append((np.cumsum(moves, axis=1) > reach).any(axis=1))
    # 90 % of alpha; what is passed between looks and after age 100 is some 15 % of it. 10,000
    # walks have a standard deviation of 0.2 %.
    assert 0.031 < np.mean(seen) < 0.0485


def test_the_first_look_takes_the_part_of_alpha_that_it_may():
    sequence = ConfidenceSequence(alpha=0.05, first=10_000)
    passed = norm.sf(-sequence.bounds(walk(10_000))[0] * 100)
    assert 0.001 < passed < 0.01


@pytest.mark.parametrize("growth", [1.2, 2.8, 10.0])
def test_a_constant_boundary_is_passed_with_its_chance_at_most(growth):
    """A Wiener process over the root of its time is an Ornstein-Uhlenbeck process of the logarithm.

    The chance that it stays below solves the backward equation, here with absorption at the bound.
    """
    alpha, steps = 0.005, 1000
    at = np.linspace(-8, _constant(alpha, growth), 2000)
    gap, step = at[1] - at[0], np.log(growth) / steps
    higher, lower = (0.5 / gap**2 - sign * at / (4 * gap) for sign in (1, -1))
    bands = np.array([-step * higher, np.full(len(at), 1 + step / gap**2), -step * lower])
    bands = np.array([np.roll(bands[0], 1), bands[1], np.roll(bands[2], -1)])
    bands[1, [0, -1]], bands[0, 1], bands[2, -2] = 1, 0, 0  # both ends stay as they are
    below = np.append(np.ones(len(at) - 1), 0.0)
    for _ in range(steps):
        below = solve_banded((1, 1), bands, below)
    passed = 1 - np.trapezoid(below * norm.pdf(at), at)
    # Siegmund's formula is exact as the bound grows; where time hardly grows it is cautious.
    assert 0.8 * alpha < passed < 1.03 * alpha


def test_before_the_earliest_look_nothing_is_known_even_without_spread():
    sequence = ConfidenceSequence(alpha=0.05, first=28)
    assert sequence.bounds(walk(9, mean=1.0, spread=0.0)) == (-np.inf, np.inf)
    assert sequence.bounds(walk(10, mean=1.0, spread=0.0)) == (1.0, 1.0)


def test_few_units_are_judged_by_t():
    ten, many = (ConfidenceSequence(alpha=0.05, first=first) for first in (10, 10_000))
    reach_ten = -ten.bounds(walk(10))[0] * 10**0.5
    reach_many = -many.bounds(walk(10_000))[0] * 100
    # The first of them has the whole of alpha, the other 90 % of it: the early looks have a part.
    assert student.sf(reach_ten, 9) == pytest.approx(norm.sf(reach_many) / 0.9, rel=0.1)


def test_bounds_mirror_each_other_and_move_with_the_mean():
    sequence = ConfidenceSequence(alpha=0.05, first=28)
    lower, upper = sequence.bounds(walk(50, mean=3.0, spread=2.0, skewness=0.7))
    mirrored = sequence.bounds(walk(50, mean=-3.0, spread=2.0, skewness=-0.7))
    assert mirrored == pytest.approx((-upper, -lower))
    plain = sequence.bounds(walk(50, mean=3.0, spread=2.0))
    # A tail of gains on the far side says that the mean is rather higher than it looks.
    assert lower > plain[0]
    assert upper > plain[1]


def test_many_series_at_once_are_the_same_as_one_by_one():
    sequence = ConfidenceSequence(alpha=0.02, first=20)
    units, skewness = np.array([5, 10, 19, 20, 400]), np.array([0.0, 1, -1, 2, -2])
    lower, upper = sequence.bounds(walk(units, skewness=skewness))
    for place in range(5):
        one = sequence.bounds(walk(units[place], skewness=skewness[place]))
        assert (lower[place], upper[place]) == pytest.approx(one)
    assert np.isinf(lower[0])
    assert np.isfinite(lower[1:]).all()


def test_the_risk_left_is_a_fair_game():
    """What is left after a further look is on average what was left before it."""
    sequence = ConfidenceSequence(alpha=0.05, first=1000)
    rng = np.random.default_rng(1)
    for units, further in ((200, 400), (600, 1000), (1000, 1500)):
        start = 0.5 * units**0.5
        ends = start + rng.normal(size=4000) * (further - units) ** 0.5
        left = [sequence.risk_left(walk(further, mean=end / further)) for end in ends]
        before = sequence.risk_left(walk(units, mean=start / units))
        # Cut off at alpha, it can only be lower; early looks have their tenth of alpha.
        assert np.mean(left) <= before + 0.001
    assert sequence.risk_left(walk(1)) == 0.05
    assert sequence.risk_left(walk(50, spread=0.0)) == 0.05
