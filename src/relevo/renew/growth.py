"""How much something grows in each group of rows, by units, in one pass."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def growth_by_group(
    groups: pl.Series, before: Floats, after: Floats, units: NDArray[np.intp]
) -> pl.DataFrame:
    """Mean growth per row of each group, with an error robust to dependence within units.

    What `relevo.score.paired.paired_gain` gives for one group after the other, in one grouping.

    Parameters
    ----------
    groups
        The group of each row; rows without one are left out.
    before, after
        What grows, of each row, shape `(n_rows,)`.
    units
        The unit of each row.

    Returns
    -------
    polars.DataFrame
        One row per group, sorted: `group`, `rows`, `units`, `before` (mean), `growth` (mean)
        and its standard `error` (CR1).

    """
    rows = pl.DataFrame({"group": groups, "unit": units, "before": before, "more": after - before})
    totals = (
        rows.drop_nulls("group")
        .group_by("group", "unit")
        .agg(pl.len().alias("rows"), pl.col("before").sum(), pl.col("more").sum())
    )
    all_rows, growth = pl.col("rows").sum(), pl.col("more").sum() / pl.col("rows").sum()
    off = (pl.col("more") - growth * pl.col("rows")) / all_rows
    units_held = pl.len()
    return (
        totals.group_by("group")
        .agg(
            all_rows.alias("all_rows"),
            units_held.alias("units"),
            (pl.col("before").sum() / all_rows).alias("mean"),
            growth.alias("growth"),
            (off.pow(2).sum() * units_held / (units_held - 1)).sqrt().alias("error"),
        )
        .rename({"all_rows": "rows", "mean": "before"})
        .sort("group")
    )
