from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from relevo.explain.columns.judged_rows import JudgedRows
from relevo.explain.columns.surface import surface_of


def test_means_stand_in_the_cells_of_their_rows(formula):
    random = np.random.default_rng(0)
    x = np.repeat([1.0, 2.0, 3.0], 20)
    kind = np.tile(["a", "a", "a", "b"], 15)
    day = [date(2024, 1, 1 + at % 28) for at in range(60)]
    rows = pl.DataFrame({"x": x, "kind": kind, "day": day, "y": random.normal(size=60)})
    model = formula(rows, lambda v: v[:, 0])
    judged = JudgedRows.of(model, rows, 100, 0)
    of_row = x * 10 + (kind == "b")
    found = surface_of(judged, ("x", "kind"), of_row)
    assert found.down == ("a", "b")
    assert found.across == ("≤ 2", "> 2")
    assert found.values == ((15.0, 30.0), (16.0, 31.0))
    dates = surface_of(judged, ("day", "x"), of_row).across
    assert dates[0].startswith("≤ 2024-01-")
    assert dates[-1].startswith("> 2024-01-")


def test_cells_of_few_rows_are_empty(formula):
    rows = pl.DataFrame(
        {"x": [1.0] * 10 + [2.0, 2.0], "kind": ["a", "b"] * 6, "y": np.arange(12.0)}
    )
    judged = JudgedRows.of(formula(rows, lambda v: v[:, 0]), rows, 100, 0)
    lone = surface_of(judged, ("kind", "kind"), np.ones(12))
    assert lone.values == ((1.0, None), (None, 1.0))
