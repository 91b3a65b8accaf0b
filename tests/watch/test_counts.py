from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.spatial.distance import jensenshannon

from relevo.watch.counts import homogeneity, jensen_shannon


def test_common_categories_are_tested_by_chi_squared():
    table = np.array([[30, 40, 50], [60, 30, 20]])
    assert homogeneity(*table) == pytest.approx(stats.chi2_contingency(table).pvalue)


def test_rare_categories_are_pooled_first():
    table = np.array([[300, 200, 3, 2, 0], [280, 190, 0, 1, 6]])
    pooled = np.array([[300, 200, 5], [280, 190, 7]])
    assert homogeneity(*table) == pytest.approx(stats.chi2_contingency(pooled).pvalue)


@pytest.mark.parametrize("table", [[[3, 1], [2, 9]], [[5, 0], [1, 4]], [[1000, 0], [500, 2]]])
def test_small_tables_are_tested_exactly_with_half_of_what_is_as_likely(table):
    (a, b), (c, d) = table
    chances = stats.hypergeom(a + b + c + d, a + c, a + b).pmf(np.arange(a + c + 1))
    like = np.isclose(chances, chances[a])
    wanted = chances[(chances < chances[a]) & ~like].sum() + chances[like].sum() / 2
    assert homogeneity(*np.array(table)) == pytest.approx(wanted, rel=1e-6)
    assert homogeneity(*np.array(table)) < stats.fisher_exact(table).pvalue


def test_one_category_says_nothing():
    assert homogeneity(np.array([5, 0]), np.array([7, 0])) == 1.0


def test_jensen_shannon_is_that_of_scipy():
    first, second = np.array([5, 3, 0]), np.array([1, 0, 9])
    assert jensen_shannon(first, second) == pytest.approx(jensenshannon(first, second, 2))
    assert jensen_shannon(np.array([1, 0]), np.array([0, 1])) == 1.0
    assert jensen_shannon(first, 2 * first) == 0.0
