"""How much segments differ, beside what statsmodels finds."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from relevo.train.stratified.grams import Cases, Grams
from relevo.train.stratified.segments import Segments
from relevo.train.stratified.variance import _Likelihood, spread_of

from .conftest import Truth, truth


def grams_of(rows: Truth) -> Grams:
    return Grams.of(Cases(rows.x, rows.y, Segments.of(rows.segment)))


def test_the_slope_is_that_of_the_likelihood(exchangeable: Truth) -> None:
    likelihood = _Likelihood(grams_of(exchangeable), None)
    root = np.tril(np.random.default_rng(0).normal(size=(3, 3)))
    _, slope = likelihood.at(root)
    for place in zip(*np.tril_indices(3), strict=True):
        step = np.zeros((3, 3))
        step[place] = 1e-5
        up, down = likelihood.at(root + step)[0], likelihood.at(root - step)[0]
        assert slope[place] == pytest.approx((up - down) / 2e-5, rel=1e-5, abs=1e-4)


@pytest.mark.parametrize("kind", ["exchangeable", "mixed"])
def test_it_finds_what_statsmodels_finds(kind: str) -> None:
    """Estimates of a restricted likelihood by two optimisers: equal to a thousandth."""
    from statsmodels.regression.mixed_linear_model import MixedLM

    rows = truth(kind, side=6, n=2, most=40)
    found = spread_of(grams_of(rows))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = MixedLM(rows.y, rows.x, groups=rows.segment, exog_re=rows.x).fit(reml=True)
    covariance = found.noise * found.root @ found.root.T
    scale = np.abs(theirs.cov_re).max()
    np.testing.assert_allclose(covariance, theirs.cov_re, atol=1e-3 * scale)
    np.testing.assert_allclose(found.common, theirs.fe_params, rtol=1e-3)
    assert found.noise == pytest.approx(theirs.scale, rel=1e-3)


def test_where_segments_are_alike_there_is_hardly_a_gain() -> None:
    alike, apart = (spread_of(grams_of(truth(kind))) for kind in ("one", "exchangeable"))
    assert alike.gain < 15.0  # twice the logarithm of a likelihood ratio, six parameters
    assert apart.gain > 500.0
    assert np.abs(alike.root).max() < 0.3 * np.abs(apart.root).max()


def test_collinear_and_constant_columns_do_no_harm(exchangeable: Truth) -> None:
    x = np.concatenate(
        (exchangeable.x, exchangeable.x[:, 1:2], np.ones((len(exchangeable.x), 1))), 1
    )
    grams = Grams.of(Cases(x, exchangeable.y, Segments.of(exchangeable.segment)))
    found = spread_of(grams)
    assert np.isfinite(found.root).all()
    assert found.noise == pytest.approx(spread_of(grams_of(exchangeable)).noise, rel=0.02)
