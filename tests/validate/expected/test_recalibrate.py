from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, logit, softmax

from relevo.validate.expected.recalibrate import recalibrate


def two(chance):
    return np.column_stack([1 - chance, chance])


def test_too_sure_probabilities_are_bent_back():
    rng = np.random.default_rng(0)
    chance = rng.uniform(0.02, 0.98, 6000)
    labels = (rng.random(6000) < chance).astype(float)
    bend = recalibrate(two(expit(2 * logit(chance) + 0.5)), labels)
    assert bend.kind == "parametric"
    fresh = rng.uniform(0.1, 0.9, 500)
    # 6,000 rows know a probability to about .006; four of these
    bent = bend(two(expit(2 * logit(fresh) + 0.5)))
    assert bent[:, 1] == pytest.approx(fresh, abs=0.025)
    assert bent.sum(axis=1) == pytest.approx(1.0)


def test_a_step_is_followed_by_the_isotonic_kind():
    rng = np.random.default_rng(1)
    said = rng.random(8000)
    labels = (rng.random(8000) < np.where(said < 0.5, 0.1, 0.9)).astype(float)
    bend = recalibrate(two(said), labels)
    assert bend.kind == "isotonic"
    assert bend(two(np.array([0.3, 0.7])))[:, 1] == pytest.approx([0.1, 0.9], abs=0.03)


def test_weights_calibrate_for_another_population():
    rng = np.random.default_rng(2)
    group = rng.random(20_000) < 0.5
    said = rng.uniform(0.1, 0.9, 20_000)
    labels = (rng.random(20_000) < np.where(group, said, said / 2)).astype(float)
    only = recalibrate(two(said), labels, np.where(group, 1.0, 0.0))
    assert only(two(np.array([0.5])))[0, 1] == pytest.approx(0.5, abs=0.03)
    both = recalibrate(two(said), labels)
    assert both(two(np.array([0.5])))[0, 1] == pytest.approx(0.375, abs=0.03)


def test_several_classes():
    rng = np.random.default_rng(3)
    scores = rng.normal(size=(6000, 3))
    chance = softmax(scores, axis=1)
    labels = (rng.random(6000)[:, None] > np.cumsum(chance, axis=1)).sum(axis=1).astype(float)
    said = softmax(3 * scores + np.array([0.0, 1.0, -0.5]), axis=1)
    bend = recalibrate(said, labels)
    assert bend.kind == "parametric"
    assert np.abs(bend(said) - chance).mean() < 0.02


@pytest.mark.parametrize("labels", [np.zeros(20), np.arange(20) % 2.0])
def test_a_few_certain_rows_do_not_break_it(labels):
    said = two(np.repeat([0.0, 1.0], 10))
    bent = recalibrate(said, labels)(two(np.array([0.0, 0.5, 1.0])))
    assert np.isfinite(bent).all()
    assert ((bent > 0) & (bent < 1)).all()
