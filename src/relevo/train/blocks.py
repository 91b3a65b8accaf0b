"""Which rows are not independent of each other: rows of one day, one site, one customer."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.errors import ProblemMistake, nearest
from relevo.problem.problem import Problem

_PERIODS = {"hour": "1h", "day": "1d", "week": "1w", "month": "1mo"}


def blocks_of(frame: pl.DataFrame, problem: Problem) -> NDArray[np.intp] | None:
    """The block of each row, numbered from 0, shape `(n_rows,)`; None when rows are independent.

    `renew.block` in the problem file says what a block is: a period of the time column (`hour`,
    `day`, `week`, `month`) or the name of a column. Rows of one day share its weather, its
    strikes, its holidays: taken as independent they promise an accuracy that is not there.

    Raises
    ------
    ProblemMistake
        When `renew.block` is neither.

    """
    block = problem.renew.block
    if block in frame.columns:
        values = frame[block]
    elif problem.roles.time and block in _PERIODS:
        time = frame[problem.roles.time].cast(pl.Datetime("us"))
        values = time.dt.truncate(_PERIODS[block])
    elif block in _PERIODS:
        return None
    else:
        known = (*_PERIODS, *frame.columns)
        raise ProblemMistake(
            "train.unknown_block",
            block=block,
            periods=", ".join(_PERIODS),
            hint=nearest(block, known),
        )
    return values.rank("dense").fill_null(0).to_numpy().astype(np.intp)
