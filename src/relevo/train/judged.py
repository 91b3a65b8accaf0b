"""Set aside the rows that judge a model, before anything is learnt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.errors import DataMistake
from relevo.problem.problem import Problem

_MOST_QUANTILES = 20


@dataclass(frozen=True)
class Parts:
    """A table in two: the rows that train and the rows that judge.

    Attributes
    ----------
    train, judged
        Disjoint tables; with a time column each is in the order of time and every judged row is
        newer than every training row.
    ordered
        Whether the rows were divided by time.

    """

    train: pl.DataFrame
    judged: pl.DataFrame
    ordered: bool


def set_aside(
    frame: pl.DataFrame, problem: Problem, seed: int, share: float | None = None
) -> Parts:
    """Divide a table: by time when the problem has a time column, else by a stratified sample.

    Parameters
    ----------
    frame
        Rows whose target is known.
    problem
        Gives the time column and the target.
    seed
        Of the sample.
    share
        Of the rows that judge; default `training.judged_share` of the problem.

    Raises
    ------
    DataMistake
        When all rows have the same time.

    """
    share = problem.training.judged_share if share is None else share
    if problem.roles.time:
        return _by_time(frame, problem.roles.time, share)
    judged = _stratified(frame[problem.target], problem.task == "classification", share, seed)
    return Parts(frame.filter(~judged), frame.filter(judged), ordered=False)


def _by_time(frame: pl.DataFrame, time: str, share: float) -> Parts:
    ordered = frame.sort(time, maintain_order=True)
    moments = ordered[time]
    # Rows of one moment stay together: the cut lies before the first row of its moment.
    cut = int(moments.search_sorted(moments[int(len(moments) * (1 - share))], side="left"))
    if cut == 0:
        raise DataMistake("train.one_moment", column=time)
    return Parts(ordered[:cut], ordered[cut:], ordered=True)


def _stratified(target: pl.Series, classes: bool, share: float, seed: int) -> pl.Series:
    if classes:
        strata = target.cast(pl.String).rank("dense").to_numpy()
    else:
        ranks = target.rank("ordinal").to_numpy()
        strata = ranks * min(_MOST_QUANTILES, max(1, len(target) // 10)) // (len(target) + 1)
    chosen = np.zeros(len(target), dtype=bool)
    random = np.random.default_rng(seed)
    for stratum in np.unique(strata):
        chosen[_draw(np.flatnonzero(strata == stratum), share, random)] = True
    return pl.Series(chosen)


def _draw(rows: NDArray[np.intp], share: float, random: np.random.Generator) -> NDArray[np.intp]:
    # At least one row judges and at least one trains, however small the stratum.
    count = min(max(1, round(len(rows) * share)), len(rows) - 1)
    return random.choice(rows, size=count, replace=False)
