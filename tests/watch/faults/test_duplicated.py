from __future__ import annotations

import numpy as np
import polars as pl

from relevo.watch.faults.duplicated import duplicated


def rows(seed: int, count: int, values: int) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    return pl.DataFrame({"a": random.integers(0, values, count), "b": random.integers(0, 9, count)})


def test_rows_that_came_twice_are_counted() -> None:
    now = rows(1, 400, 1_000_000)
    found = duplicated(rows(0, 900, 1_000_000), pl.concat([now, now.head(60)]))
    assert found is not None
    assert found.rows == 60


def test_rows_that_repeat_by_chance_are_none() -> None:
    assert duplicated(rows(0, 900, 40), rows(1, 400, 40)) is None
    assert duplicated(rows(0, 900, 40), rows(1, 4_000, 40)) is None
    nothing = rows(1, 400, 40).with_columns(pl.lit(None).alias(name) for name in ("a", "b"))
    assert duplicated(rows(0, 900, 40), nothing) is None
