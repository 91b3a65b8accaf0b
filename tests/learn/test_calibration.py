from __future__ import annotations

import numpy as np
from scipy.special import expit

from relevo.learn.calibration import Calibration
from relevo.learn.learner import Target
from relevo.learn.links import score_loss


def drawn(n: int, seed: int = 0) -> tuple[np.ndarray, Target]:
    random = np.random.default_rng(seed)
    scores = random.normal(scale=2.0, size=(n, 1))
    truth = (random.random(n) < expit(scores[:, 0])).astype(float)
    return scores, Target(truth, ("no", "yes"))


def test_scores_that_are_too_sure_and_shifted_are_brought_back() -> None:
    scores, target = drawn(20_000)
    found = Calibration.fit(3.0 * scores + 1.0, target)
    # The standard error of a slope of 1 on 20,000 rows is below 0.02.
    np.testing.assert_allclose(
        [found.slope * 3.0, found.shift + found.slope], [1.0, 0.0], atol=0.06
    )
    assert score_loss(found(3.0 * scores + 1.0), target) < score_loss(3.0 * scores + 1.0, target)


def test_calibrated_scores_are_left_as_they_are() -> None:
    kept = [Calibration.fit(*drawn(300, seed)) == Calibration() for seed in range(10)]
    # By chance one or two of ten gain more than their parameters are worth.
    assert sum(kept) >= 6


def test_several_classes_have_a_slope_and_no_shift() -> None:
    random = np.random.default_rng(0)
    scores = random.normal(scale=2.0, size=(5000, 3))
    gumbel = random.gumbel(size=scores.shape)
    target = Target((scores + gumbel).argmax(axis=1).astype(float), ("a", "b", "c"))
    found = Calibration.fit(2.0 * scores, target)
    assert abs(found.slope - 0.5) < 0.05
    assert found.shift == 0.0


def test_a_regression_is_left_as_it_is() -> None:
    assert Calibration.fit(np.zeros((5, 1)), Target(np.arange(5.0))) == Calibration()
