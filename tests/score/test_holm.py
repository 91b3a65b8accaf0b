from __future__ import annotations

import numpy as np

from relevo.score.holm import holm


def test_the_smallest_counts_for_all_and_the_order_stays():
    found = holm(np.array([0.04, np.nan, 0.01, 0.03]))
    assert np.isnan(found[1])
    assert found[[2, 3, 0]].tolist() == [0.03, 0.06, 0.06]


def test_nothing_is_above_one():
    assert holm(np.array([0.6, 0.7])).tolist() == [1.0, 1.0]
    assert len(holm(np.array([]))) == 0


def test_it_stops_at_the_first_that_holds():
    fallen = holm(np.array([0.04, 0.001, 0.02, 0.9])) <= 0.05
    assert fallen.tolist() == [False, True, False, False]
