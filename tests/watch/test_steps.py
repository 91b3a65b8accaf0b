from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from relevo.watch.steps import Steps


@pytest.mark.parametrize(("n", "m"), [(2, 2), (5, 7), (40, 60), (130, 70)])
def test_small_samples_have_the_exact_p_value(n, m):
    rng = np.random.default_rng(n)
    reference, current = rng.normal(size=n), rng.normal(0.3, 1, size=m)
    distance, p_value = Steps.of(reference, current).kolmogorov_smirnov()
    peer = stats.ks_2samp(reference, current, method="exact")
    assert distance == pytest.approx(peer.statistic, abs=1e-12)
    assert p_value == pytest.approx(peer.pvalue, rel=1e-9)


@pytest.mark.parametrize(("n", "m"), [(1000, 50), (2000, 300), (900, 900), (180, 120)])
def test_large_samples_come_near_the_exact_p_value(n, m):
    rng = np.random.default_rng(n + m)
    reference, current = rng.normal(size=n), rng.normal(0.1, 1, size=m)
    p_value = Steps.of(reference, current).kolmogorov_smirnov()[1]
    exact = stats.ks_2samp(reference, current, method="exact").pvalue
    assert 0.98 * exact <= p_value <= 1.06 * exact  # the error of the limit at these sizes


def test_ties_have_the_permutation_distribution():
    rng = np.random.default_rng(1)
    reference, current = rng.integers(0, 8, 60) * 1.0, rng.integers(1, 8, 50) * 1.0
    distance, p_value = Steps.of(reference, current).kolmogorov_smirnov()
    pooled, reached = np.concatenate([reference, current]), 0
    for _ in range(1000):
        rng.shuffle(pooled)
        gaps = np.abs(Steps.of(pooled[:60], pooled[60:]).gaps())
        reached += gaps.max() >= distance - 1e-12
    # four standard errors of a share from 1,000 draws
    assert reached / 1000 == pytest.approx(p_value, abs=4 * np.sqrt(p_value * (1 - p_value) / 1000))


numbers = st.lists(st.integers(-5, 5), min_size=1, max_size=30)


@settings(max_examples=60, deadline=None)
@given(numbers, numbers)
def test_distances_are_those_of_scipy_whatever_the_ties(reference, current):
    first, second = np.array(reference, float), np.array(current, float)
    steps = Steps.of(first, second)
    assert steps.rows == (len(reference), len(current))
    wanted = stats.wasserstein_distance(first, second)
    assert steps.wasserstein() == pytest.approx(wanted, abs=1e-9)
    distance, p_value = steps.kolmogorov_smirnov()
    gaps = [(first <= at).mean() - (second <= at).mean() for at in range(-5, 6)]
    assert distance == pytest.approx(np.abs(gaps).max(), abs=1e-9)
    assert 0 < p_value <= 1
    back = Steps.of(second, first).kolmogorov_smirnov()
    assert back == pytest.approx((distance, p_value), rel=1e-9)


def test_scores_of_distinct_values_sum_to_nothing():
    steps = Steps.of(np.arange(10.0), np.arange(10.0, 15.0))
    assert steps.scores().sum() == pytest.approx(0, abs=1e-9)
    assert (np.diff(steps.scores()) > 0).all()
