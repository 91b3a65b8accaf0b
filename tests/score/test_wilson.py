from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, norm

from relevo.score.wilson import wilson


@pytest.mark.parametrize(("hits", "rows"), [(0, 10), (3, 10), (10, 10), (999, 1000)])
def test_it_is_scipy_s(hits, rows):
    expected = binomtest(hits, rows).proportion_ci(method="wilson")
    low, high = wilson(hits / rows, rows, norm.ppf(0.975))
    assert (low, high) == (pytest.approx(expected.low, abs=1e-12), pytest.approx(expected.high))


@given(st.floats(0, 1), st.floats(0.01, 1e9), st.floats(0.1, 100))
def test_it_contains_the_rate(rate, rows, quantile):
    low, high = wilson(rate, rows, quantile)
    assert 0 <= low <= rate <= high <= 1
