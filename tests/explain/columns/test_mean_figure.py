from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from relevo.explain.columns.mean_figure import mean_figure


def test_it_is_the_t_interval_of_a_mean():
    values = np.random.default_rng(0).normal(3, 2, 20)
    mean, interval = mean_figure(values)
    expected = stats.t.interval(0.95, 19, values.mean(), stats.sem(values))
    assert mean == pytest.approx(values.mean())
    assert interval == pytest.approx(expected)


def test_copies_in_one_block_say_no_more_than_one():
    values = np.random.default_rng(0).normal(size=20)
    blocks = np.repeat(np.arange(20), 5)
    _, alone = mean_figure(values)
    _, blocked = mean_figure(np.repeat(values, 5), blocks)
    assert blocked == pytest.approx(alone, rel=1e-6)


def test_of_one_value_nothing_is_known():
    assert mean_figure(np.array([2.0])) == (2.0, (-np.inf, np.inf))
