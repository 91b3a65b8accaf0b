from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import lfilter
from scipy.stats import skew

from relevo.score.long_run import last_lag, moments, variance_ratio


def autoregressive(weight, units, seed=0):
    noise = np.random.default_rng(seed).normal(size=units + 100)
    return lfilter([1], [1, -weight], noise)[100:]


def test_mean_spread_and_skewness_are_the_usual_ones():
    values = np.random.default_rng(0).exponential(size=40)
    seen = moments(values)
    assert seen.units == 40
    assert (seen.mean, seen.spread) == pytest.approx((values.mean(), values.std(ddof=1)))
    assert seen.skewness == pytest.approx(skew(values, bias=False))
    assert seen.error == pytest.approx(seen.spread / seen.independent**0.5)


@pytest.mark.parametrize(("weight", "true"), [(0.0, 1.0), (0.3, 1.86), (0.6, 4.0)])
def test_it_finds_how_much_the_units_are_alike(weight, true):
    found = [400 / moments(autoregressive(weight, 400, seed)).independent for seed in range(40)]
    # Bartlett's weights see four fifths of a long dependence; their mean with the other sees more.
    assert 0.8 * true < np.median(found) < 1.15 * true


def test_blocks_of_a_week_are_seen_and_units_that_repel_are_not_trusted():
    weeks = np.repeat(np.random.default_rng(1).normal(size=60), 7)
    assert 35 < moments(weeks).independent < 90
    assert moments(np.tile([1.0, -1.0], 30)).independent == 60


def test_equal_units_have_no_spread_whatever_rounding_leaves():
    seen = moments(np.full(30, 0.1) + np.arange(30) * 1e-18)
    assert (seen.spread, seen.skewness, seen.independent) == (0.0, 0.0, 30.0)


def test_many_series_at_once_are_the_same_as_one_by_one():
    units = np.array([20, 100])
    alike = np.random.default_rng(2).uniform(-0.3, 0.6, (last_lag(100), 2))
    together = variance_ratio(units, alike)
    alone = [variance_ratio(n, alike[: last_lag(n), place]) for place, n in enumerate(units)]
    assert together == pytest.approx(alone)
