from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from relevo.watch.together import Differences, chi_squared_p


def both(seed, n=400, m=200, columns=5):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, columns)), rng.normal(size=(m, columns))


def p_of(reference, current):
    difference = current.mean(axis=0) - reference.mean(axis=0)
    rows = len(reference), len(current)
    return Differences.of(difference, reference, current, rows).hotelling()


def test_one_column_is_the_t_test():
    reference, current = both(0, columns=1)
    wanted = stats.ttest_ind(reference[:, 0], current[:, 0]).pvalue
    assert p_of(reference, current) == pytest.approx(wanted)


def test_a_column_that_comes_twice_counts_once():
    reference, current = both(1)
    twice = p_of(np.hstack([reference, reference]), np.hstack([current, current]))
    assert twice == pytest.approx(p_of(reference, current))


def test_p_values_are_uniform_when_nothing_changed():
    p_values = [p_of(*both(seed, 60, 40, 6)) for seed in range(400)]
    assert stats.kstest(p_values, "uniform").pvalue > 0.001  # one seed in a thousand would fail


def test_too_many_columns_for_the_rows_are_mixed_into_fewer():
    p_values = [p_of(*both(seed, 20, 16, 60)) for seed in range(400)]
    assert stats.kstest(p_values, "uniform").pvalue > 0.001  # one seed in a thousand would fail
    reference, current = both(1, 40, 40, 60)
    assert p_of(reference, current + 1) < 0.001


def test_columns_that_do_not_vary_say_nothing():
    assert p_of(np.ones((9, 2)), np.ones((8, 2))) == 1


def test_what_chance_draws_has_uniform_p_values():
    reference, current = both(3, columns=4)
    mixed = np.array([[1.0, 0.9, 0, 0], [0, 0.2, 0, 0], [0, 0, 1, 0], [0, 0, 0.5, 2]])
    joint = Differences.of(np.zeros(4), reference @ mixed, current @ mixed, (400, 200))
    drawn = joint.drawn(2000, seed=0)
    assert np.cov(drawn.T) == pytest.approx(joint.covariance, abs=0.4)  # 4 standard errors
    assert stats.kstest(joint.by_chance(drawn), "uniform").pvalue > 0.001


@pytest.mark.parametrize("freedom", [1, 2, 5, 40])
def test_quick_tails_of_chi_squared_are_near_the_exact_ones(freedom):
    statistics = stats.chi2(freedom).ppf(np.linspace(0.01, 0.999, 60))
    exact = stats.chi2(freedom).sf(statistics)
    assert chi_squared_p(freedom, statistics) == pytest.approx(exact, abs=0.015)
    tail = (exact < 0.1) & (exact > 0.005)
    assert chi_squared_p(freedom, statistics)[tail] == pytest.approx(exact[tail], rel=0.1)
