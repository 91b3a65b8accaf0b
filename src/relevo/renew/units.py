"""`units_of`: what a duel compares: days, sites or rows, whichever may depend on each other."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.problem.problem import Problem
from relevo.train.blocks import PERIODS, blocks_of

# Four weeks of days; sites, which have no neighbours; and rows, which are many and rough.
_DAYS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.4}
_ENOUGH_PERIODS, _ENOUGH_SITES, _ENOUGH_ROWS = 28, 12, 100


@dataclass(frozen=True)
class Units:
    """The unit of each row.

    Attributes
    ----------
    name
        `row`, a period such as `day`, or the column that holds them.
    codes
        The unit of each row, periods in the order of time, shape `(n_rows,)`.
    enough
        How many a decision needs, unless the evidence is strong.
    days
        How long one takes; None when units are no periods.

    """

    name: str
    codes: NDArray[np.intp]
    enough: int
    days: float | None = None

    def within(self, days: float | None) -> int | None:
        """How many come in so many days; None when that is not known."""
        if days is None or self.days is None:
            return None
        return max(0, ceil(days / self.days))


def units_of(rows: pl.DataFrame, problem: Problem) -> Units:
    """The units of a duel.

    What `renew.block` says; without a time column, the sites when there are twelve or more of
    them (fewer are no sample: they are all that there is); else each row is one. Periods
    that follow each other may be alike: the duel estimates how much (`variance_ratio`).

    Parameters
    ----------
    rows
        Judged rows, shape `(n_rows, n_columns)`.
    problem
        Says which columns hold the time and the site, and what a block is.

    """
    block, site = problem.renew.block, problem.roles.site
    codes = blocks_of(rows, problem)
    if codes is not None:
        if block in PERIODS:
            return Units(block, codes, _ENOUGH_PERIODS, _DAYS[block])
        return Units(block, codes, _ENOUGH_SITES)
    if site and rows[site].n_unique() >= _ENOUGH_SITES:
        places = rows[site].rank("dense").fill_null(0).to_numpy().astype(np.intp)
        return Units(site, places, _ENOUGH_SITES)
    return Units("row", np.arange(rows.height), _ENOUGH_ROWS)
