from __future__ import annotations

import numpy as np
import polars as pl

from relevo.explain.columns.conditional_importance import conditional_importance
from relevo.explain.columns.importance import importance


def frame(count: int = 2_000, seed: int = 0) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    x, z = random.normal(size=(2, count))
    twin = 0.8 * x + 0.6 * random.normal(size=count)
    level = np.array(["low", "high"])[(x > 0).astype(int)]
    y = x + twin + z + random.normal(size=count)
    return pl.DataFrame({"x": x, "twin": twin, "level": level, "z": z, "y": y})


def test_what_others_tell_of_a_column_is_taken_out(formula):
    # The outcome goes by both twins: within cells of the other, each tells less than alone.
    model = formula(frame(), lambda v: v[:, 0] + v[:, 1] + v[:, 3])
    found = {one.column: one for one in conditional_importance(model, frame(seed=1))}
    alone = {one.column: one for one in importance(model, frame(seed=1))}
    assert set(found) == {"x", "twin", "level"}  # z goes with nothing
    assert "x" in found["twin"].given
    assert found["twin"].interval[0] > 0
    assert found["twin"].importance < 0.7 * alone["twin"].importance
    assert found["x"].importance < 0.7 * alone["x"].importance
    assert found["level"].importance == 0  # the model does not look at it


def test_missing_values_are_a_cell_of_their_own(formula):
    rows = frame(400).with_columns(
        twin=pl.when(pl.int_range(pl.len()) < 40).then(None).otherwise(pl.col("twin"))
    )
    found = conditional_importance(formula(frame(), lambda v: v[:, 0]), rows)
    assert all(np.isfinite(one.importance) for one in found)
