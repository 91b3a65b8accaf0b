from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.stats import spearmanr

from relevo.explain.attributions import attributions
from relevo.explain.trust.agreement import occlusion, rank_correlation
from relevo.explain.trust.explained_rows import ExplainedRows


def test_the_correlation_is_spearmans_of_each_row():
    one, other = np.random.default_rng(0).integers(0, 5, (2, 30, 7)).astype(float)
    expected = [spearmanr(a, b).statistic for a, b in zip(one, other, strict=True)]
    assert rank_correlation(one, other) == pytest.approx(expected)
    assert rank_correlation(np.ones((1, 3)), other[:1, :3])[0] == 0


def test_occlusion_of_a_sum_is_the_distance_from_the_mean(formula):
    random = np.random.default_rng(0)
    x = random.normal(size=(500, 2))
    frame = pl.DataFrame({"a": x[:, 0], "b": x[:, 1], "y": x[:, 0]})
    model = formula(frame, lambda v: 3 * v[:, 0] - v[:, 1])
    matrix = model.matrix(frame.head(50))
    parts = attributions(model, matrix)
    rows = ExplainedRows(model, attributions, matrix, parts, model.matrix(frame).values, None)
    found = occlusion(rows, 400, random)
    expected = (matrix.values - model.matrix(frame).values.mean(axis=0)) * [3, -1]
    # Means over 400 draws of spread 3 and 1: within four standard errors.
    assert np.abs(found - expected).max(axis=0) == pytest.approx([0, 0], abs=0.7)
    assert np.abs(found - expected)[:, 1].max() < 0.25
