from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler

from relevo.compute.budget import Budget
from relevo.learn.learner import Target
from relevo.learn.linear import Linear
from relevo.learn.links import score_loss
from relevo.prepare.matrix import Matrix

NAMES = ("a", "b", "c")


def rows(n: int, seed: int, slope: float = 2.0) -> tuple[Matrix, np.ndarray]:
    random = np.random.default_rng(seed)
    values = random.normal(size=(n, 3)) * [1, 10, 100] + [0, 5, -300]
    return Matrix(values, NAMES, NAMES, {}), slope * values[:, 0] + random.normal(size=n)


def test_the_same_coefficients_as_ridge() -> None:
    matrix, y = rows(300, 0)
    weight = np.random.default_rng(1).uniform(0.5, 2, 300)
    ours = Linear(strength=0.05).fit(matrix, Target(y, (), weight), Budget(600))
    scaler = StandardScaler().fit(matrix.values, sample_weight=weight)
    scaled = scaler.transform(matrix.values)
    peer = Ridge(alpha=0.05 * weight.sum()).fit(scaled, y, sample_weight=weight)
    # L-BFGS stops at a slope of 1e-5 on a target of spread 1.
    np.testing.assert_allclose(ours.predict(matrix).values, peer.predict(scaled), atol=1e-3)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_the_same_probabilities_as_logistic_regression(n_classes: int) -> None:
    matrix, y = rows(300, 0)
    codes = np.digitize(y, [-1.0, 1.0][: n_classes - 1]).astype(float)
    target = Target(codes, ("a", "b", "c")[:n_classes])
    ours = Linear(strength=0.02).fit(matrix, target, Budget(600))
    scaled = StandardScaler().fit_transform(matrix.values)
    peer = LogisticRegression(C=1 / (0.02 * 300), tol=1e-8, max_iter=1000).fit(scaled, codes)
    np.testing.assert_allclose(
        ours.predict(matrix).probabilities, peer.predict_proba(scaled), atol=1e-3
    )


def test_few_new_rows_cannot_wreck_a_model() -> None:
    matrix, y = rows(1000, 0)
    warm = Linear().fit(matrix, Target(y), Budget(600))
    few, few_y = rows(8, 1)
    few_y[0] += 50.0  # an outlier
    tuned = Linear().fit(few, Target(few_y), Budget(600), warm)
    judged, judged_y = rows(1000, 2)
    before, after = (score_loss(p.scores(judged), Target(judged_y)) for p in (warm, tuned))
    scratch = Linear().fit(few, Target(few_y), Budget(600))
    assert after < score_loss(scratch.scores(judged), Target(judged_y))
    assert before < 1.2  # the noise has variance 1


def test_an_unseen_missing_number_counts_as_the_mean() -> None:
    matrix, y = rows(300, 0)
    model = Linear().fit(matrix, Target(y), Budget(600))
    mean = matrix.values.mean(axis=0)
    gone = np.array([np.nan, mean[1], mean[2]])
    np.testing.assert_allclose(model.predict_row(gone), model.predict_row(mean), atol=1e-9)
