from __future__ import annotations

import numpy as np
import pytest

from relevo.validate.target.combine import combine


def test_equal_p_values_stay_what_they_are():
    assert combine([0.03] * 7) == pytest.approx(0.03)
    assert combine([0.03], [2.0]) == pytest.approx(0.03)


def test_one_tiny_p_value_is_divided_among_the_tests():
    assert combine([1e-12, 0.5, 0.5, 0.5]) == pytest.approx(4e-12, rel=1e-3)


def test_certainty_of_one_test_does_not_hide_another():
    assert combine([1e-6, 1.0, 1.0, 1.0]) < 1e-5


def test_nothing_tested_nothing_found():
    assert combine([]) == 1.0


@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.8, 0.95])
def test_the_level_is_kept_under_correlation(correlation):
    from scipy.special import ndtr

    rng = np.random.default_rng(3)
    shared, own = rng.normal(size=(4000, 1)), rng.normal(size=(4000, 20))
    scores = np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own
    p_values = 2 * ndtr(-np.abs(scores))
    share = np.mean([combine(list(one)) <= 0.05 for one in p_values])
    assert 0.03 <= share <= 0.075  # binomial standard error .0034
