from __future__ import annotations

import numpy as np

from relevo.renew.futility import chance_left
from relevo.score.confidence_sequence import ConfidenceSequence
from relevo.score.long_run import Moments

SEQUENCE = ConfidenceSequence(0.05, 28)


def seen(mean, units=20):
    return Moments(units, 1.0 * units, mean, 1.0, 0.0)


def test_the_chance_grows_with_the_mean_and_with_the_time_left():
    by_mean = [chance_left(SEQUENCE, seen(mean), 0.0, 60) for mean in (-1, -0.4, 0.0, 0.4)]
    assert by_mean == sorted(by_mean)
    assert by_mean[0] < 0.01
    assert by_mean[-1] == 1.0
    by_time = [chance_left(SEQUENCE, seen(-0.2), 0.0, left) for left in (0, 1, 10, 100, None)]
    assert by_time == sorted(by_time)
    assert by_time[0] == 0.0
    assert by_time[-1] == 1.0


def test_it_is_what_happens_when_the_mean_is_as_large_as_is_granted():
    """3,000 continuations: a standard deviation of at most 0.9 %; the doubling is at most 2."""
    rng = np.random.default_rng(0)
    now = seen(-0.25)
    granted = -0.25 + 2.14 / 20**0.5  # The quantile of t with 19 degrees of freedom.
    walks = 20 * -0.25 + np.cumsum(rng.normal(granted, 1, (3000, 40)), axis=1)
    units = 20.0 + np.arange(1, 41)
    spread = Moments(units, units, walks / units, 1.0, 0.0)
    happens = (SEQUENCE.bounds(spread)[0] > 0).any(axis=1).mean()
    chance = chance_left(SEQUENCE, now, 0.0, 40)
    assert happens - 0.02 < chance < 2.2 * happens + 0.02


def test_many_series_at_once_are_the_same_as_one_by_one():
    means = np.array([-0.5, -0.1, 0.2])
    many = chance_left(SEQUENCE, seen(means, units=np.full(3, 20)), 0.0, 30)
    assert np.allclose(many, [chance_left(SEQUENCE, seen(mean), 0.0, 30) for mean in means])
