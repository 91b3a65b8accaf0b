from __future__ import annotations

import time

import numpy as np
import pytest
from sklearn.metrics import r2_score

from relevo.learn import TabularRegressor


def rows(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    x = random.normal(size=(n, 3))
    return x, 5.0 + x[:, 0] + random.normal(scale=0.5, size=n)


X, Y = rows(400, 0)


@pytest.fixture(scope="module")
def fitted() -> TabularRegressor:
    return TabularRegressor(trials=2).fit(X, Y)


def test_the_score_is_the_share_of_variance_that_is_explained(fitted: TabularRegressor) -> None:
    x, y = rows(200, 1)
    weight = np.random.default_rng(2).uniform(size=200)
    assert fitted.score(x, y) == pytest.approx(r2_score(y, fitted.predict(x)))
    assert fitted.score(x, y, sample_weight=weight) == pytest.approx(
        r2_score(y, fitted.predict(x), sample_weight=weight)
    )
    assert fitted.score(x, y) > 0.7
    assert fitted.score(x[:3], [1.0, 1.0, 1.0]) == 0.0


@pytest.mark.parametrize("coverage", [0.5, 0.9])
def test_intervals_hold_what_they_promise(fitted: TabularRegressor, coverage: float) -> None:
    x, y = rows(2_000, 3)
    interval = fitted.predict_interval(x, coverage)
    assert interval.shape == (2_000, 2)
    inside = ((interval[:, 0] <= y) & (y <= interval[:, 1])).mean()
    # 400 rows know their quantiles to some 0.025 (a standard error), 2,000 judge to 0.011; three.
    assert inside == pytest.approx(coverage, abs=0.08)


def test_one_row_from_a_dictionary_takes_microseconds(fitted: TabularRegressor) -> None:
    row = {f"column_{place}": float(value) for place, value in enumerate(X[0])}
    assert fitted.predict_row(row) == pytest.approx(fitted.predict(X[:1]))
    seconds = []
    for _ in range(200):
        start = time.perf_counter()
        fitted.predict_row(row)
        seconds.append(time.perf_counter() - start)
    assert np.median(seconds) < 2e-3  # some 0.1 ms on a machine that is not shared


def test_whole_numbers_and_texts_of_numbers_are_a_target() -> None:
    whole = np.arange(60)
    for target in (whole, whole.astype(str), [int(value) for value in whole]):
        assert (
            TabularRegressor(trials=1)
            .fit(whole[:, np.newaxis], target)
            .score(whole[:, np.newaxis], whole)
            > 0.99
        )


def test_the_budget_is_kept() -> None:
    start = time.perf_counter()
    model = TabularRegressor(budget="1s").fit(X, Y)
    assert time.perf_counter() - start < 2.0  # cores are shared; the search's own tests are strict
    assert model.leaderboard_


def test_the_newest_rows_judge_ordered_ones() -> None:
    turned = np.where(np.arange(400) < 320, Y, -Y)
    ordered, mixed = (
        TabularRegressor(trials=1, ordered=one).fit(X, turned).best_.loss for one in (True, False)
    )
    assert ordered > mixed


def test_its_name_says_what_differs_from_the_defaults() -> None:
    assert (
        repr(TabularRegressor(budget="2s", trials=3)) == "TabularRegressor(budget='2s', trials=3)"
    )
