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
    distance, p_value = Steps.of(np.sort(reference), np.sort(current)).kolmogorov_smirnov()
    peer = stats.ks_2samp(reference, current, method="exact")
    assert distance == pytest.approx(peer.statistic, abs=1e-12)
    assert p_value == pytest.approx(peer.pvalue, rel=1e-9)


@pytest.mark.parametrize(("n", "m"), [(1000, 50), (2000, 300), (900, 900), (180, 120)])
def test_large_samples_come_near_the_exact_p_value(n, m):
    rng = np.random.default_rng(n + m)
    reference, current = rng.normal(size=n), rng.normal(0.1, 1, size=m)
    p_value = Steps.of(np.sort(reference), np.sort(current)).kolmogorov_smirnov()[1]
    exact = stats.ks_2samp(reference, current, method="exact").pvalue
    assert 0.98 * exact <= p_value <= 1.06 * exact  # the error of the limit at these sizes


def test_ties_have_the_permutation_distribution():
    rng = np.random.default_rng(1)
    reference, current = rng.integers(0, 8, 60) * 1.0, rng.integers(1, 8, 50) * 1.0
    distance, p_value = Steps.of(np.sort(reference), np.sort(current)).kolmogorov_smirnov()
    pooled, reached = np.concatenate([reference, current]), 0
    for _ in range(1000):
        rng.shuffle(pooled)
        steps = Steps.of(np.sort(pooled[:60]), np.sort(pooled[60:]))
        reached += steps.distances[0] >= distance - 1e-12
    # four standard errors of a share from 1,000 draws
    assert reached / 1000 == pytest.approx(p_value, abs=4 * np.sqrt(p_value * (1 - p_value) / 1000))


numbers = st.lists(st.integers(-5, 5), min_size=1, max_size=30)


@settings(max_examples=60, deadline=None)
@given(numbers, numbers)
def test_distances_are_those_of_scipy_whatever_the_ties(reference, current):
    first, second = np.array(reference, float), np.array(current, float)
    steps = Steps.of(np.sort(first), np.sort(second))
    assert steps.rows == (len(reference), len(current))
    wanted = stats.wasserstein_distance(first, second)
    assert steps.distances[1] == pytest.approx(wanted, abs=1e-9)
    distance, p_value = steps.kolmogorov_smirnov()
    gaps = [(first <= at).mean() - (second <= at).mean() for at in range(-5, 6)]
    assert distance == pytest.approx(np.abs(gaps).max(), abs=1e-9)
    assert 0 < p_value <= 1
    back = Steps.of(np.sort(second), np.sort(first)).kolmogorov_smirnov()
    assert back == pytest.approx((distance, p_value), rel=1e-9)


def test_scores_of_distinct_values_sum_to_nothing():
    steps = Steps.of(np.arange(10.0), np.arange(10.0, 15.0))
    scores = steps.scores(np.arange(15))
    assert scores.sum() == pytest.approx(0, abs=1e-9)
    assert (np.diff(scores) > 0).all()
    assert steps.scored() == pytest.approx((scores[:10].sum(), scores[10:].sum()))


@pytest.mark.parametrize("tied", [False, True])
def test_long_samples_are_merged_block_by_block(tied, monkeypatch):
    rng = np.random.default_rng(2)
    samples = [np.sort(rng.normal(size=rows)) for rows in (900, 70)]
    if tied:
        samples = [np.round(sample) for sample in samples]
    whole = Steps.of(*samples)
    monkeypatch.setattr("relevo.watch.steps.BLOCK", 16)
    cut = Steps.of(*samples)
    for part in ("values", "reference", "current"):
        assert np.array_equal(getattr(cut, part), getattr(whole, part))
    assert cut.distances == pytest.approx(whole.distances)
    assert cut.scored() == pytest.approx(whole.scored(), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(numbers, numbers)
def test_a_monotone_change_of_scale_leaves_the_distance_and_its_p_value(reference, current):
    first, second = np.sort(np.array(reference, float)), np.sort(np.array(current, float))
    bent = Steps.of(np.exp(first / 3) - 2, np.exp(second / 3) - 2)
    assert bent.kolmogorov_smirnov() == Steps.of(first, second).kolmogorov_smirnov()


def test_quantiles_of_the_reference_hold_the_same_number_of_its_rows():
    rng = np.random.default_rng(3)
    steps = Steps.of(np.sort(rng.normal(size=1000)), np.sort(rng.normal(1, 1, size=500)))
    reference, current = steps.between_quantiles(10)
    assert reference.tolist() == [100] * 10
    assert current.sum() == 500
    assert current[-1] > current[0]


def test_values_beyond_the_reference_are_new():
    steps = Steps.of(np.array([1.0, 2.0, 2.0, 3.0]), np.array([0.0, 1.0, 3.0, 4.0, 5.0]))
    assert steps.new_share() == pytest.approx(3 / 5)
    assert steps.spread() == pytest.approx(np.std([1, 2, 2, 3, 0, 1, 3, 4, 5]))
