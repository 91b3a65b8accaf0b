from __future__ import annotations

import math

import numpy as np
import pytest

from relevo.score.ranking import roc_auc_influence
from relevo.score.spread import kish, spread


def test_of_a_mean_it_is_the_standard_error():
    values = np.random.default_rng(0).normal(size=50)
    error = spread((values - values.mean()) / 50)
    assert error.error == pytest.approx(values.std(ddof=1) / math.sqrt(50), rel=1e-12)
    assert (error.freedom, error.units) == (pytest.approx(49), 50)


def test_of_equal_blocks_it_is_the_standard_error_of_their_means():
    rng = np.random.default_rng(1)
    means = rng.normal(size=12)
    values = (means[:, None] + rng.normal(size=(12, 5))).ravel()
    blocks = np.repeat(np.arange(12), 5)
    shuffled = rng.permutation(60)
    error = spread(((values - values.mean()) / 60)[shuffled], blocks=blocks[shuffled])
    expected = values.reshape(12, 5).mean(axis=1).std(ddof=1) / math.sqrt(12)
    assert error.error == pytest.approx(expected, rel=1e-12)
    assert (error.freedom, error.units) == (pytest.approx(11), 12)


def test_of_the_roc_auc_it_is_delong_s(make_classified):
    rows = make_classified(120, ties=True)
    score, positive = rows.probabilities[:, 1], rows.target == 1
    higher = (score[positive, None] > score[~positive]) + 0.5 * (
        score[positive, None] == score[~positive]
    )
    of_positives, of_negatives = higher.mean(axis=1), higher.mean(axis=0)
    variance = of_positives.var(ddof=1) / positive.sum()
    variance += of_negatives.var(ddof=1) / (~positive).sum()
    influence = roc_auc_influence(rows.target, rows.probabilities, np.ones(120))
    error = spread(influence, rows.target.astype(int))
    assert error.error == pytest.approx(math.sqrt(variance), rel=1e-12)
    assert error.units == min(positive.sum(), (~positive).sum())
    assert error.units - 1 <= error.freedom <= 118


def test_one_unit_says_nothing():
    assert spread(np.zeros(1)).error == math.inf
    assert spread(np.array([0.1, -0.1]), blocks=np.zeros(2, int)).error == math.inf
    one_of_a_class = spread(np.array([0.1, -0.1, 0.0]), np.array([0, 0, 2]))
    assert (one_of_a_class.error, one_of_a_class.units) == (math.inf, 1)


def test_kish_counts_equal_weights_as_rows():
    assert kish(np.full(10, 0.3)) == pytest.approx(10)
    assert kish(np.array([1.0, 0, 0])) == 1
