"""What rows held back choose."""

from __future__ import annotations

import numpy as np
import pytest

from relevo.train.stratified.choice import BANDS, Choice, band_of, choose
from relevo.train.stratified.grams import Cases
from relevo.train.stratified.losses import Squared
from relevo.train.stratified.pooling import KINDS
from relevo.train.stratified.segments import Segments

from .conftest import Truth, truth
from .test_field import grid


def chosen(rows: Truth, kinds: tuple[str, ...] = KINDS) -> Choice:
    laplacian = grid(10) if "graph" in kinds else None
    return choose(Cases(rows.x, rows.y, Segments.of(rows.segment)), Squared(), kinds, laplacian)


def test_one_truth_is_left_to_the_common_model_exactly() -> None:
    for seed in range(4):
        weights = chosen(truth("one", seed=seed)).weights
        assert (weights[:, 0] == 1.0).all()


def test_differences_are_pooled_and_smooth_ones_along_the_graph() -> None:
    exchangeable = chosen(truth("exchangeable"), ("common", "pooled", "separate"))
    assert (exchangeable.weights[1:4, 1] > 0.8).all()
    smooth = chosen(truth("smooth"))
    assert (smooth.weights[:4, KINDS.index("graph")] > 0.8).all()


def test_weights_are_shares_and_none_of_a_small_segment_stands_alone() -> None:
    weights = chosen(truth("mixed")).weights
    assert weights.shape == (len(BANDS) + 1, len(KINDS))
    np.testing.assert_allclose(weights.sum(axis=1), 1.0)
    assert (weights >= 0.0).all()
    assert (weights[:3, KINDS.index("separate")] == 0.0).all()


def test_every_held_row_is_said_by_models_that_have_not_seen_it() -> None:
    """Where rows are pure noise no model may look better on them than their mean."""
    rows = truth("one", most=6)
    noise = np.random.default_rng(0).normal(size=len(rows.y))
    found = choose(Cases(rows.x, noise, Segments.of(rows.segment)), Squared(), KINDS, grid(10))
    losses = ((found.held.scores - noise[found.held.rows]) ** 2).mean(axis=1)
    assert (losses > 0.97 * noise.var()).all()


@pytest.mark.parametrize(
    ("rows", "band"), [(0, 0), (1, 1), (10, 1), (11, 2), (1_000, 4), (1_001, 5)]
)
def test_bands_of_sizes(rows: int, band: int) -> None:
    assert band_of(np.array([float(rows)]))[0] == band
