from __future__ import annotations

import numpy as np
import pytest

from relevo.score.spread import kish
from relevo.validate.target.balance import balanced
from relevo.validate.target.features import Features


def features(before, after, categorical=()):
    matrix = np.concatenate([before, after])
    return Features.of(matrix, list(categorical), np.arange(len(matrix)) >= len(before))


def test_the_means_come_together_where_they_truly_differ():
    rng = np.random.default_rng(0)
    both = features(rng.normal(size=(3000, 2)), rng.normal(0.6, 1, (3000, 2)))
    weights = balanced(both, np.ones(3000))
    before = np.abs(both.training.mean(axis=0) - both.target.mean(axis=0)).max()
    after = np.abs(weights @ both.training / 3000 - both.target.mean(axis=0)).max()
    assert weights.mean() == pytest.approx(1)
    assert after < 0.03 * before


def test_chance_is_left_alone():
    rng = np.random.default_rng(1)
    rows = [
        kish(
            balanced(features(rng.normal(size=(200, 10)), rng.normal(size=(200, 10))), np.ones(200))
        )
        for _ in range(40)
    ]
    # two standard errors: one draw in twenty or so is bent, and little
    assert np.mean(np.array(rows) > 199.9) > 0.85
    assert min(rows) > 150


def test_the_weights_to_begin_with_are_kept_where_they_balance():
    rng = np.random.default_rng(2)
    start = rng.uniform(0.5, 1.5, 500)
    both = features(np.zeros((500, 1)), np.zeros((400, 1)))
    assert balanced(both, start) == pytest.approx(start / start.mean())


def test_features_are_standardised_and_never_chosen_by_their_difference():
    rng = np.random.default_rng(3)
    codes = rng.integers(0, 20, (400, 40)).astype(float)
    both = features(codes[:200], codes[200:], range(40))
    assert both.training.shape == (200, 300)
    sides = np.concatenate([both.training, both.target])
    assert sides.mean(axis=0) == pytest.approx(np.zeros(300), abs=1e-9)
