"""`future`: how a model of the past does on later rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import polars as pl

from relevo.compute.budget import Budget
from relevo.errors import DataMistake, nearest
from relevo.score.metrics import Metric
from relevo.score.rows import Codes
from relevo.validate.elsewhere.gap import Divided, transfer_of
from relevo.validate.elsewhere.refit import Refits
from relevo.validate.elsewhere.transfer import Transfer
from relevo.validate.elsewhere.twice import Rows, Split, predicted_twice
from relevo.words import say

ORIGINS = 3
FIRST_PAST = 0.55  # of the rows; the rest is judged in as many stretches as there are origins
_STRETCHES = 20  # of time within a later part, whose rows may depend on each other
_LEAST_ROWS = 30  # of a later part
_HALVES = 2  # random splits of a later part: what judges must not be learnt from


def future(
    refit: Refits,
    rows: pl.DataFrame,
    time: str,
    metrics: Sequence[Metric],
    coverage: float = 0.9,
    budget: Budget | None = None,
    seed: int = 0,
    origins: int = ORIGINS,
) -> tuple[Transfer, ...]:
    """Train on the past and judge on what came next, from several origins.

    Beside it each later row is predicted by a model of the same recipe that learnt from as many
    rows of all times, its own half of the later part left out.

    Parameters
    ----------
    refit
        The recipe.
    rows
        Their target is known.
    time
        The column that orders them; rows of one moment stay together.
    metrics
        What is judged.
    coverage
        Of the intervals.
    budget
        Later origins are left out when it is spent.
    seed
        Of the random splits.
    origins
        How many times the past ends.

    Returns
    -------
    tuple of Transfer
        One for each metric.

    Raises
    ------
    DataMistake
        When all rows are of one moment, or too few are later.

    References
    ----------
    Tashman (2000), Out-of-sample tests of forecasting accuracy, International Journal of
    Forecasting 16 (rolling origins).

    """
    if time not in rows.columns:
        raise DataMistake(
            "elsewhere.no_column",
            column=time,
            columns=", ".join(rows.columns[:12]),
            hint=nearest(time, rows.columns),
        )
    known = pl.col(time).is_not_null() & pl.col(refit.problem.target).is_not_null()
    frame = rows.filter(known).sort(time, maintain_order=True)
    if frame.height and frame[time].n_unique() == 1:
        raise DataMistake("elsewhere.one_moment", column=time, value=frame[time][0])
    cuts = _cuts(frame[time], origins) if frame.height else []
    if len(cuts) < 2:
        raise DataMistake(
            "elsewhere.too_few_later", column=time, rows=frame.height, least=_LEAST_ROWS
        )
    judged, kept = predicted_twice(refit, frame, _splits(cuts, frame.height, seed), budget)
    part = np.searchsorted(np.array(cuts[1:]), kept, side="right").astype(np.intp)
    names = [str(frame[time][cut]) for cut in cuts[:-1]]
    blocks = _stretches(frame[time], cuts)[kept]
    missed = frame.height - cuts[0] - len(kept)
    why = (say("elsewhere.out_of_time", rows=missed),) if missed else ()
    divided = Divided("future", time, judged.in_blocks(blocks), part, names, False, why)
    return tuple(transfer_of(divided, metric, coverage) for metric in metrics)


def _cuts(moments: pl.Series, origins: int) -> list[int]:
    """Where each later part begins, and the end: before the first row of a moment."""
    rows = len(moments)
    cuts: list[int] = []
    for step in range(origins):
        at = int(rows * (FIRST_PAST + (1 - FIRST_PAST) * step / origins))
        cut = int(moments.search_sorted(moments[at], side="left"))
        if cut >= _LEAST_ROWS and (not cuts or cut - cuts[-1] >= _LEAST_ROWS):
            cuts.append(cut)
    if cuts and rows - cuts[-1] < _LEAST_ROWS:
        cuts.pop()
    return [*cuts, rows] if cuts else []


def _splits(cuts: list[int], rows: int, seed: int) -> Iterator[Split]:
    random = np.random.default_rng(seed)
    # The newest origin first: when time runs out it tells most.
    for start, end in reversed(list(pairwise(cuts))):
        yield Split(np.arange(start), np.arange(start, end), elsewhere=True)
        halves = random.permutation(np.arange(start, end) % _HALVES)
        for half in range(_HALVES):
            judged = start + np.flatnonzero(halves == half)
            yield Split(_others(judged, rows, start, random), judged, elsewhere=False)


def _others(judged: Rows, rows: int, count: int, random: np.random.Generator) -> Rows:
    others = np.setdiff1d(np.arange(rows), judged)
    return np.sort(random.choice(others, min(count, len(others)), replace=False))


def _stretches(moments: pl.Series, cuts: list[int]) -> Codes:
    """The stretch of time of each row, `(n_rows,)`: rows of one moment in the same one."""
    rank = moments.rank("min").to_numpy() - 1
    stretch = np.zeros(len(moments), dtype=np.intp)
    for number, (start, end) in enumerate(pairwise(cuts)):
        inside = (rank[start:end] - start) * _STRETCHES / (end - start)
        stretch[start:end] = number * _STRETCHES + inside.astype(np.intp)
    return stretch
