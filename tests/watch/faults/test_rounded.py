from __future__ import annotations

import numpy as np
import polars as pl

from relevo.watch.faults.rounded import rounded
from relevo.watch.faults.sides import Sides


def numbers(seed: int, decimals: int) -> pl.Series:
    return pl.Series(np.random.default_rng(seed).normal(20, 5, 700).round(decimals))


def test_fewer_digits_are_found_and_more_are_not() -> None:
    found = rounded(Sides("x", numbers(0, 2), numbers(1, 0)))
    assert found is not None
    assert found.values["step"] == "1"
    tens = pl.Series((numbers(1, 0).to_numpy() / 5).round() * 5)
    found = rounded(Sides("x", numbers(0, 0), tens))
    assert found is not None
    assert found.values["step"] == "5"
    assert rounded(Sides("x", numbers(0, 0), numbers(1, 2))) is None
    assert rounded(Sides("x", numbers(0, 1), numbers(1, 1))) is None
