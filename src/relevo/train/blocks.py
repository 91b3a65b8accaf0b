"""Which rows are not independent of each other: rows of one day, one site, one customer."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.problem.problem import Problem

PERIODS = {"minute": "1m", "hour": "1h", "day": "1d", "week": "1w", "month": "1mo"}


def blocks_of(frame: pl.DataFrame, problem: Problem) -> NDArray[np.intp] | None:
    """The block of each row, numbered from 0, shape `(n_rows,)`; None when rows are independent.

    `renew.block` in the problem file says what a block is: a period of the time column (`minute`,
    `hour`, `day`, `week`, `month`) or the name of another column. Rows of one day share its
    weather, its strikes, its holidays: taken as independent they promise an accuracy that is not
    there.
    """
    block = problem.renew.block
    if block in PERIODS:
        if not problem.roles.time:
            return None
        time = frame[problem.roles.time].cast(pl.Datetime("us"))
        values = time.dt.truncate(PERIODS[block])
    else:
        values = frame[block]
    return values.rank("dense").fill_null(0).to_numpy().astype(np.intp)
