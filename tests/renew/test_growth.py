from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.special import stdtrit

from relevo.renew.growth import growth_by_group
from relevo.score.paired import paired_gain


@pytest.mark.parametrize("units", [7, 300])
def test_it_is_the_paired_gain_of_each_group(units):
    rng = np.random.default_rng(0)
    groups = pl.Series(rng.choice(["a", "b", "c", None], 300).tolist())
    before, after = rng.exponential(size=(2, 300))
    unit = rng.permutation(300) % units
    found = growth_by_group(groups, before, after, unit)
    assert found["group"].to_list() == ["a", "b", "c"]
    for row in found.iter_rows(named=True):
        rows = (groups == row["group"]).fill_null(False).to_numpy()
        one = paired_gain(before[rows], after[rows], blocks=unit[rows], confidence=0.9)
        assert (row["rows"], row["units"]) == (one.rows, one.blocks)
        assert row["before"] == pytest.approx(before[rows].mean())
        assert row["growth"] == pytest.approx(-one.gain)
        reach = stdtrit(one.blocks - 1, 0.9) * row["error"]
        assert row["growth"] + reach == pytest.approx(-one.lower)


def test_a_group_of_one_unit_has_no_error():
    found = growth_by_group(pl.Series(["a", "a"]), np.ones(2), np.zeros(2), np.zeros(2, np.intp))
    assert not np.isfinite(found["error"][0])
