from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from relevo.watch.since import since


def heavy(rng, rows, shift=0.0):
    return np.sinh(2 * (rng.normal(size=rows) + shift))


def test_a_shift_within_the_window_is_dated():
    rng = np.random.default_rng(0)
    off = []
    for _ in range(40):
        window = np.concatenate([heavy(rng, 300), heavy(rng, 200, 0.7)])
        found = since(window, heavy(rng, 2000))
        assert found.inside
        off.append(abs(found.row - 300))
    assert np.median(off) <= 6


def test_a_change_of_spread_is_dated():
    rng = np.random.default_rng(1)
    window = np.concatenate([rng.normal(size=300), rng.normal(0, 2.5, 200)])
    found = since(window, rng.normal(size=2000))
    assert found.inside
    assert abs(found.row - 300) <= 15


def test_words_and_gaps_are_dated():
    rng = np.random.default_rng(2)
    window = [*rng.choice(["a", "b"], 300, p=[0.8, 0.2]), *rng.choice(["a", "c", None], 200)]
    found = since(pl.Series(window), pl.Series(rng.choice(["a", "b"], 900, p=[0.8, 0.2])))
    assert found.inside
    assert abs(found.row - 300) <= 12
    gaps = np.concatenate([rng.random(300) < 0.02, rng.random(100) < 0.4]) * 1.0
    assert abs(since(gaps, rng.random(1000) < 0.02).row - 300) <= 12


@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_a_window_that_does_not_change_within_is_seldom_said_to(shift):
    rng = np.random.default_rng(3)
    found = [since(heavy(rng, 250, shift), heavy(rng, 1000)) for _ in range(400)]
    assert np.mean([one.inside for one in found]) <= 0.083  # .05 and three standard errors
    assert all(one.row == 0 for one in found if not one.inside)


def test_a_change_that_ended_within_began_before():
    rng = np.random.default_rng(4)
    window = np.concatenate([heavy(rng, 200, 1.0), heavy(rng, 300)])
    found = since(window, heavy(rng, 2000))
    assert found.p_value < 0.001
    assert (found.inside, found.row) == (False, 0)


def test_rows_are_put_in_the_order_of_their_times():
    rng = np.random.default_rng(5)
    window = np.concatenate([rng.normal(size=200), rng.normal(2, 1, 100)])
    days = [date(2013, 1, 1) + timedelta(days=at // 10) for at in range(300)]
    reference = rng.normal(size=1000)
    ordered = since(window, reference, days)
    mixed = rng.permutation(300)
    shuffled = since(window[mixed], reference, [days[at] for at in mixed])
    assert abs(ordered.time - date(2013, 1, 21)) <= timedelta(days=1)
    assert abs(shuffled.time - ordered.time) <= timedelta(days=1)
    assert since(window, reference).time is None


@pytest.mark.parametrize(
    ("window", "reference"),
    [([], [1.0, 2.0]), ([1.0] * 50, [1.0] * 50), ([None] * 50, [1.0]), ([1.0, 9.0] * 20, [None]),
     ([1.0, 2.0, 3.0], [1.0, 2.0])],
)  # fmt: skip
def test_where_nothing_can_be_said_nothing_is(window, reference):
    found = since(pl.Series(window, dtype=pl.Float64), pl.Series(reference, dtype=pl.Float64))
    assert (found.inside, found.row, found.p_value) == (False, 0, 1.0)


def test_missing_values_keep_their_rows():
    rng = np.random.default_rng(6)
    window = np.concatenate([rng.normal(size=300), rng.normal(3, 1, 100)])
    window[::2] = np.nan
    found = since(window, rng.normal(size=500))
    assert abs(found.row - 300) <= 8
