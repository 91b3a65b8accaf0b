from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from relevo.watch.together import holm, hotelling


def both(seed, n=400, m=200, columns=5):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, columns)), rng.normal(size=(m, columns))


def p_of(reference, current):
    difference = current.mean(axis=0) - reference.mean(axis=0)
    return hotelling(difference, reference, current, (len(reference), len(current)))


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


def test_too_many_columns_or_none_that_varies_say_nothing():
    assert p_of(*both(2, 10, 10, 12)) is None
    assert p_of(np.ones((9, 2)), np.ones((8, 2))) is None


def test_holm_stops_at_the_first_that_holds():
    p_values = np.array([0.04, 0.001, 0.02, 0.9])
    assert holm(p_values, 0.05).tolist() == [False, True, False, False]
    assert holm(np.array([0.001, 0.002]), 0.05).all()
    assert not holm(np.array([]), 0.05).any()
