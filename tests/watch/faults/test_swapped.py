from __future__ import annotations

import numpy as np
import polars as pl

from relevo.watch.faults.sides import Sides
from relevo.watch.faults.swapped import swapped


def test_two_columns_that_changed_places_and_none_other() -> None:
    random = np.random.default_rng(0)
    before, now = (
        {
            "a": random.normal(0, 1, rows),
            "b": random.normal(5, 1, rows),
            "c": random.normal(0, 3, rows),
        }
        for rows in (800, 400)
    )
    words = [pl.Series(random.choice(["x", "y"], rows)) for rows in (800, 400)]

    def sides(name: str, of: str) -> Sides:
        return Sides(name, pl.Series(before[name]), pl.Series(now[of]))

    columns = [sides("a", "b"), sides("b", "a"), sides("c", "c"), Sides("w", *words)]
    assert [one.columns for one in swapped(columns)] == [("a", "b")]
    assert swapped([sides("a", "c"), sides("b", "b"), sides("c", "c")]) == ()
