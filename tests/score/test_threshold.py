from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relevo.score.threshold import best_threshold


def cost_at(threshold, target, chance, false_positive, false_negative, weight):
    called = chance >= threshold
    wrong = false_positive * (called & (target == 0)) + false_negative * (~called & (target == 1))
    return np.average(wrong, weights=weight)


@settings(max_examples=50, deadline=None)
@given(
    st.integers(0, 10_000),
    st.integers(1, 40),
    st.sampled_from([(1, 1), (1, 10), (5, 0), (0, 2), (0, 0), (0.1, 0.3)]),
)
def test_no_threshold_costs_less_than_the_empirical_one(seed, rows, costs):
    rng = np.random.default_rng(seed)
    target = rng.integers(0, 2, rows).astype(float)
    chance, weight = rng.integers(0, 11, rows) / 10, rng.uniform(0.1, 2, rows)
    best = best_threshold(target, chance, *costs, weight)
    tried = [cost_at(t, target, chance, *costs, weight) for t in np.linspace(0, 1.05, 211)]
    assert best.empirical_cost == pytest.approx(min(tried), abs=1e-9)
    for threshold, cost in ((best.value, best.cost), (best.empirical, best.empirical_cost)):
        at = cost_at(threshold, target, chance, *costs, weight)
        assert cost == pytest.approx(at, abs=1e-9)
    assert best.empirical_cost <= best.cost


def test_calibrated_probabilities_need_no_search():
    rng = np.random.default_rng(0)
    chance = rng.random(50_000)
    target = (rng.random(50_000) < chance).astype(float)
    best = best_threshold(target, chance, false_positive=1, false_negative=4)
    assert best.value == 0.2
    # The cost is flat around its lowest point: 0.05 off costs next to nothing.
    assert best.empirical == pytest.approx(0.2, abs=0.05)
    assert best.cost == pytest.approx(best.empirical_cost, rel=0.01)


def test_a_weight_of_three_is_three_rows():
    target, chance = np.array([0.0, 1, 1, 0]), np.array([0.2, 0.3, 0.8, 0.9])
    weight = np.array([3.0, 1, 2, 1])
    repeated = np.repeat(np.arange(4), weight.astype(int))
    assert best_threshold(target, chance, 1, 2, weight) == best_threshold(
        target[repeated], chance[repeated], 1, 2
    )
