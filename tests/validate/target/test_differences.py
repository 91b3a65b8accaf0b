from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.stats import chi2_contingency

from relevo.validate.target.differences import differences, of_margins


def found(training, target, weights=None):
    training, target = pl.DataFrame(training), pl.DataFrame(target)
    mass = np.ones(training.height) if weights is None else np.asarray(weights, dtype=float)
    return {(one.column, one.kind): one for one in differences(training, target, mass)}


def test_a_number_in_standard_deviations():
    before, after = [0.0, 2.0] * 20, [1.0, 5.0] * 20  # variances 1 and 4
    one = found({"x": before}, {"x": after})["x", "number"]
    assert one.size == pytest.approx((3 - 1) / np.sqrt(2.5))
    weighted = found({"x": before}, {"x": after}, [0, 1] * 20)["x", "number"]
    assert weighted.remaining == pytest.approx((3 - 2) / np.sqrt(2.5))
    assert weighted.size == one.size


def test_categories_by_total_variation_and_pearsons_test():
    before, after = ["a"] * 60 + ["b"] * 40, ["a"] * 30 + ["b"] * 50 + ["c"] * 20
    one = found({"c": before}, {"c": after})["c", "category"]
    assert one.size == pytest.approx(0.3)
    table = [[60, 40, 0], [30, 50, 20]]
    assert one.p_value == pytest.approx(chi2_contingency(table, correction=False).pvalue)


def test_missing_values_are_a_difference_of_their_own():
    one = found({"x": [1.0, None] * 50}, {"x": [1.0] * 100}, [2.0, 0.0] * 50)["x", "missing"]
    assert (one.size, one.remaining) == (-0.5, 0.0)
    assert one.p_value < 1e-6


def test_a_constant_and_the_largest_floats():
    same = found({"x": [3.0] * 10, "y": [1e308, -1e308] * 5}, {"x": [3.0] * 10, "y": [1e308] * 10})
    assert (same["x", "number"].size, same["x", "number"].p_value) == (0.0, 1.0)
    assert same["y", "number"].size == pytest.approx(np.sqrt(2))


def test_margins_by_total_variation():
    (one,) = of_margins(pl.DataFrame({"c": ["a", "b"]}), {"c": {"a": 0.8}}, np.array([1.6, 0.4]))
    assert one.size == pytest.approx(0.3)
    assert one.remaining == pytest.approx(0.0)
    assert one.p_value is None
