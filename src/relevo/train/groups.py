"""Which rows a search must not tear apart: rows of one site, rows of one customer."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.problem.problem import Problem


def groups_of(frame: pl.DataFrame, problem: Problem) -> NDArray[np.intp] | None:
    """The group of each row, numbered from 0, shape `(n_rows,)`; None when each stands alone.

    The `site` column makes the groups, else the `id` column where an id comes more than once: a
    model that is tried on rows of a customer whom it has learnt from would seem too good.
    """
    named = problem.roles.site or problem.roles.id
    if named is None or named not in frame.columns:
        return None
    numbers = frame[named].rank("dense").fill_null(0).to_numpy().astype(np.intp)
    return None if len(np.unique(numbers)) == len(numbers) else numbers
