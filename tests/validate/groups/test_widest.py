from __future__ import annotations

import numpy as np
import pytest

from relevo.validate.groups.rates import Rates, cell_of
from relevo.validate.groups.widest import Compared, smallest_ratio, widest_difference


def compared(hits, rows, draws=2000):
    rng = np.random.default_rng(0)
    hits, rows = np.array(hits), np.array(rows)
    rates = hits / rows
    return Compared(rates, rng.binomial(rows, rates, (draws, len(rows))) / rows, rows.astype(float))


def test_two_groups_have_the_interval_of_a_difference():
    value, (low, high) = widest_difference([compared([60, 40], [100, 100])], 0.95)
    assert value == pytest.approx(0.2)
    wald = 1.96 * np.sqrt(2 * 0.24 / 100)
    # by a bootstrap of 2,000 draws
    assert (low, high) == pytest.approx((0.2 - wald, 0.2 + wald), abs=0.015)


def test_more_groups_make_the_interval_wider():
    two = widest_difference([compared([60, 40], [100, 100])], 0.95)[1]
    six = widest_difference([compared([60, 40, 50, 50, 50, 50], [100] * 6)], 0.95)[1]
    assert six[0] < two[0]
    assert six[1] > two[1]


def test_all_or_none_still_leave_room():
    value, (low, high) = widest_difference([compared([0, 0], [20, 20])], 0.95)
    assert (value, low) == (0.0, 0.0)
    assert 0.1 < high < 0.5


def test_the_smallest_ratio():
    value, (low, high) = smallest_ratio([compared([20, 40], [100, 100])], 0.95)
    assert value == 0.5
    assert 0.25 < low < 0.4
    assert 0.65 < high < 0.9
    assert np.isnan(smallest_ratio([compared([0, 0], [10, 10])], 0.95)[0])


def test_rates_from_cells():
    target, called = np.array([1, 1, 0, 0, 0]) == 1, np.array([1, 0, 1, 0, 0]) == 1
    cells = np.bincount(cell_of(target, called, np.zeros(5, np.intp)), minlength=8)
    rates = Rates.of_cells(cells.reshape(2, 4).astype(float))
    assert rates.selection[0] == 0.4
    assert rates.true_positive[0] == 0.5
    assert rates.false_positive[0] == pytest.approx(1 / 3)
    assert np.isnan(rates.selection[1])
