from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from relevo.watch.faults.sides import Sides
from relevo.watch.faults.units import units_changed


def sides(now: pl.Series, seed: int = 0) -> Sides:
    return Sides("x", whole(seed), now)


def whole(seed: int) -> pl.Series:
    return pl.Series(np.random.default_rng(seed).gamma(3, 40, 1_500).round())


@pytest.mark.parametrize(
    ("factor", "name"),
    [(1.609344, "mile/km"), (0.45359237, "lb/kg"), (60.0, "h/min"), (0.001, "1000/1")],
)
def test_a_known_factor_is_named(factor: float, name: str) -> None:
    found = units_changed(sides(whole(1) * factor))
    assert found is not None
    assert (found.values["name"], found.confidence) == (name, "almost certain")


def test_any_factor_is_found_by_the_step_of_the_numbers() -> None:
    found = units_changed(sides(whole(1) * 1.37))
    assert found is not None
    assert (found.shape, found.values["factor"]) == ("factor", "1.37")


def test_a_changed_sign_is_found() -> None:
    found = units_changed(sides(-whole(1)))
    assert found is not None
    assert found.shape == "sign"


def test_a_population_that_has_moved_is_no_other_unit() -> None:
    random = np.random.default_rng(2)
    for moved in (
        random.gamma(5, 40, 900),
        random.gamma(3, 55, 900),
        random.gamma(3, 40, 900) + 50,
    ):
        assert units_changed(sides(pl.Series(moved.round()))) is None
