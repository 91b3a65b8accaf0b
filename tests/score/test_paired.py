from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import ttest_rel

from relevo.errors import DataMistake
from relevo.score.paired import paired_gain


def test_without_blocks_it_is_the_paired_t_test():
    rng = np.random.default_rng(0)
    champion, challenger = rng.exponential(size=(2, 80))
    gain = paired_gain(champion, challenger, confidence=0.9)
    peer = ttest_rel(champion, challenger, alternative="greater")
    assert gain.p_value == pytest.approx(peer.pvalue, rel=1e-9)
    assert gain.lower == pytest.approx(peer.confidence_interval(0.9).low, rel=1e-9)
    assert gain.upper - gain.gain == pytest.approx(gain.gain - gain.lower)
    assert (gain.rows, gain.blocks, gain.design_effect) == (80, 80, 1.0)


def test_equal_blocks_are_a_t_test_of_their_means():
    rng = np.random.default_rng(1)
    means = rng.normal(0.2, 0.5, 15)
    difference = (means[:, None] + rng.normal(size=(15, 10))).ravel()
    gain = paired_gain(difference, np.zeros(150), np.repeat(np.arange(15), 10))
    peer = ttest_rel(difference.reshape(15, 10).mean(axis=1), np.zeros(15), alternative="greater")
    assert gain.p_value == pytest.approx(peer.pvalue, rel=1e-9)
    assert gain.lower == pytest.approx(peer.confidence_interval(0.95).low, rel=1e-9)
    assert gain.design_effect > 1.3


def test_blocks_keep_the_promise_that_rows_break():
    rng = np.random.default_rng(2)
    days = np.repeat(np.arange(25), 40)
    promoted = {"rows": 0, "days": 0}
    for _ in range(400):
        difference = rng.normal(size=25)[days] + rng.normal(size=1000)
        zero = np.zeros(1000)
        promoted["rows"] += paired_gain(difference, zero).lower > 0
        promoted["days"] += paired_gain(difference, zero, days).lower > 0
    # 5 % of 400 is 20, with a standard deviation of 4.4: three of them make 33.
    assert promoted["days"] <= 33
    assert promoted["rows"] > 100


def test_weights_count_rows():
    rng = np.random.default_rng(3)
    champion, challenger = rng.exponential(size=(2, 30))
    blocks, weight = np.arange(30) % 6, rng.integers(1, 4, 30)
    repeated = np.repeat(np.arange(30), weight)
    weighed = paired_gain(champion, challenger, blocks, weight=weight)
    counted = paired_gain(champion[repeated], challenger[repeated], blocks[repeated])
    assert weighed.gain == pytest.approx(counted.gain)
    # With blocks the error too: a block's total is the same either way.
    assert weighed.lower == pytest.approx(counted.lower)


def test_too_little_says_nothing_and_no_difference_is_no_gain():
    one = paired_gain([1.0, 2.0], [0.5, 0.5], ["day", "day"])
    assert (one.lower, one.upper, one.p_value, one.blocks) == (-math.inf, math.inf, 1.0, 1)
    same = paired_gain([1.0, 2.0], [1.0, 2.0])
    assert (same.gain, same.lower, same.upper, same.p_value) == (0.0, 0.0, 0.0, 1.0)


@pytest.mark.parametrize(
    ("champion", "challenger", "blocks"),
    [([1.0, 2.0], [1.0], None), ([1.0, math.nan], [1.0, 2.0], None), ([1.0, 2], [1.0, 2], ["a"])],
)
def test_rows_that_do_not_fit_are_explained(champion, challenger, blocks):
    with pytest.raises(DataMistake):
        paired_gain(champion, challenger, blocks)
