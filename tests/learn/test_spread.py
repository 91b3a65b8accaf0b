from __future__ import annotations

import json

import numpy as np
import pytest

from relevo.learn.spread import Spread


def drawn(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    predicted = random.uniform(1.0, 10.0, n)
    return predicted, predicted + random.standard_t(4, n) * predicted  # errors grow with it


@pytest.mark.parametrize("coverage", [0.5, 0.8, 0.9, 0.98])
@pytest.mark.parametrize("n", [200, 5_000])
def test_new_rows_are_covered_as_promised(coverage: float, n: int) -> None:
    inside = []
    for seed in range(20):
        spread = Spread.fit(*drawn(n, seed))
        predicted, actual = drawn(2_000, 100 + seed)
        low, high = spread.interval(predicted, coverage).T
        inside.append(np.mean((low <= actual) & (actual <= high)))
    # The mean over 20 draws of n errors: within three standard errors and a little for the scale.
    tolerance = 3 * np.sqrt(coverage * (1 - coverage) / n / 20) + 0.012
    assert abs(np.mean(inside) - coverage) < tolerance


def test_intervals_are_wider_where_errors_are() -> None:
    spread = Spread.fit(*drawn(5_000, 0))
    narrow, wide = np.diff(spread.interval(np.array([2.0, 9.0]), 0.9), axis=1)[:, 0]
    assert wide > 3 * narrow


def test_few_rows_give_wide_intervals_and_no_error() -> None:
    spread = Spread.fit(np.array([1.0, 2.0]), np.array([1.5, 1.0]))
    low, high = spread.interval(np.array([1.5]), 0.9)[0]
    assert low < 1.5 - 0.75
    assert high > 1.5 + 0.75


def test_errors_of_zero_are_no_division_by_zero() -> None:
    exact = np.arange(300.0)
    assert np.isfinite(Spread.fit(exact, exact).interval(exact, 0.9)).all()


def test_it_comes_back_from_json() -> None:
    spread = Spread.fit(*drawn(500, 0))
    assert Spread.from_dict(json.loads(json.dumps(spread.to_dict()))) == spread
