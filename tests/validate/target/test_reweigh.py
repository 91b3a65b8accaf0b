from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from relevo.validate.target.population import population


def world(rng, rows, shift):
    """Eight numbers and a category; the outcome bends with three of them."""
    z = rng.normal(size=(rows, 6))
    z[:, 0] += shift
    z[:, 1] *= 1 + shift / 2
    group = rng.random(rows) < 0.3 + 0.3 * shift
    outcome = 2 * np.sin(z[:, 0]) + z[:, 0] + z[:, 1] ** 2 + group + rng.normal(size=rows)
    frame = pl.DataFrame({f"x{at}": z[:, at] for at in range(6)})
    return frame.with_columns(group=pl.Series(np.where(group, "b", "a"))), outcome


def test_weighting_recovers_the_target_mean():
    rng = np.random.default_rng(0)
    (training, outcome), (target, _) = world(rng, 2000, 0.0), world(rng, 1500, 0.7)
    truth = world(rng, 200_000, 0.7)[1].mean()
    found = population(training, target)
    missed = outcome.mean() - truth
    assert missed < -2
    # the rest of the shift lies where training has hardly a row
    assert abs(np.average(outcome, weights=found.weights) - truth) < 0.25 * abs(missed)
    assert abs(found.weighted_auc - 0.5) < 0.06 < found.auc - 0.5
    assert 200 < found.effective_rows < 1500


def test_a_line_learnt_with_the_weights_is_better_in_the_target():
    """A straight line through a curve: where it fits depends on where the rows are."""
    rng = np.random.default_rng(1)
    x, shifted = rng.normal(size=3000), rng.normal(1.0, 0.7, size=2000)
    curve = np.exp(x / 2) + rng.normal(scale=0.2, size=3000)
    weights = population({"x": x}, {"x": shifted}).weights

    def loss(mass):
        line = np.polynomial.Polynomial.fit(x, curve, 1, w=np.sqrt(mass))
        return np.mean((line(shifted) - np.exp(shifted / 2)) ** 2)

    assert loss(weights) < 0.5 * loss(np.ones(3000))


def test_what_remains_of_each_column_is_small():
    rng = np.random.default_rng(2)
    found = population(world(rng, 1500, 0.0)[0], world(rng, 1000, 0.5)[0])
    assert found.state == "repaired"
    by_name = {one.column: one for one in found.columns}
    assert by_name["x0"].size == pytest.approx(0.5, abs=0.15)
    assert by_name["x0"].p_value < 1e-6
    assert by_name["group"].kind == "category"
    # .1 is commonly called balanced
    assert all(abs(one.remaining) < 0.1 for one in found.columns)
    assert [abs(one.size) for one in found.columns] == sorted(
        (abs(one.size) for one in found.columns), reverse=True
    )


def test_where_nothing_differs_the_weights_stay():
    rng = np.random.default_rng(3)
    found = population(world(rng, 1000, 0.0)[0], world(rng, 1000, 0.0)[0])
    assert found.effective_rows > 900
    assert found.state == "alike"
    assert found.covered > 0.98


@pytest.mark.parametrize("contents", ["numbers", "rare categories"])
def test_many_columns_of_noise_leave_the_weights(contents):
    rng = np.random.default_rng(4)

    def side():
        if contents == "numbers":
            return pl.DataFrame(rng.normal(size=(300, 1)) + rng.normal(size=(300, 60)))
        levels = rng.geometric(0.2, size=(300, 30)).clip(max=30).astype(str)
        return pl.DataFrame({f"c{at}": levels[:, at] for at in range(30)})

    found = population(side(), side())
    assert found.effective_rows > 290
    assert found.covered > 0.95


def test_balancing_cuts_no_corner_where_nothing_overlaps_in_one_column():
    """A category that training lacks cannot be balanced: the others still are."""
    rng = np.random.default_rng(5)
    training = pl.DataFrame({"x": rng.normal(size=800), "c": ["a"] * 800})
    target = pl.DataFrame(
        {"x": rng.normal(0.5, 1, 800), "c": rng.choice(["a", "b"], 800, p=[0.8, 0.2])}
    )
    found = population(training, target)
    by_name = {one.column: one for one in found.columns}
    assert abs(by_name["x"].remaining) < 0.15 < by_name["x"].size
    assert by_name["c"].remaining == pytest.approx(0.2, abs=0.05)
    assert found.state == "partly"
