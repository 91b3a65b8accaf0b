"""Sums of products of all segments at once."""

from __future__ import annotations

import numpy as np
import pytest

from relevo.train.stratified.grams import Cases, Grams
from relevo.train.stratified.losses import Logistic, Loss, Poisson, Squared
from relevo.train.stratified.segments import Segments

RANDOM = np.random.default_rng(0)
N = 400
X = np.concatenate((np.ones((N, 1)), RANDOM.normal(size=(N, 2))), axis=1)
KEYS = RANDOM.integers(0, 30, N) ** 2
SEGMENTS = Segments.of(KEYS)
WEIGHT = RANDOM.uniform(0.0, 2.0, N)
OFFSET = RANDOM.normal(size=N)


@pytest.mark.parametrize("weight", [None, WEIGHT])
@pytest.mark.parametrize("offset", [None, OFFSET])
@pytest.mark.parametrize("loss", [Squared(), Logistic(), Poisson()])
def test_they_are_what_a_loop_over_segments_gives(
    loss: Loss, weight: np.ndarray | None, offset: np.ndarray | None
) -> None:
    y = RANDOM.integers(0, 2, N).astype(float)
    coefficients = RANDOM.normal(size=(len(SEGMENTS), 3)) / 3
    cases = Cases(X, y, SEGMENTS, weight, offset)
    found = Grams.of(cases, loss, cases.scores(coefficients))
    shift = np.zeros(N) if offset is None else offset
    for number, key in enumerate(SEGMENTS.keys):
        rows = key == KEYS
        own = X[rows] @ coefficients[number]
        scores = own + shift[rows]
        share = np.ones(rows.sum()) if weight is None else weight[rows]
        curvature = share * loss.curvature(scores, y[rows])
        wanted = own + share * loss.push(scores, y[rows]) / curvature
        x = X[rows]
        np.testing.assert_allclose(found.xx[number], (x.T * curvature) @ x, atol=1e-10)
        np.testing.assert_allclose(found.xy[number], x.T @ (curvature * wanted), atol=1e-10)
        np.testing.assert_allclose(found.yy[number], curvature @ wanted**2, atol=1e-10)
        np.testing.assert_allclose(found.weight[number], share.sum())


@pytest.mark.parametrize("loss", [Squared(), Logistic(), Poisson()])
def test_a_loss_is_pushed_against_its_slope(loss: Loss) -> None:
    scores, y = RANDOM.normal(size=50), RANDOM.integers(0, 2, 50).astype(float)
    step = 1e-5
    slope = (loss.values(scores + step, y) - loss.values(scores - step, y)) / (2 * step)
    np.testing.assert_allclose(loss.push(scores, y), -slope, atol=1e-8)
