"""`estimated_over_time`: the quality by month, week or day, before outcomes are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from relevo.validate.expected.quality_estimator import QualityEstimator
from relevo.watch.over_time import LABELS, Unit


@dataclass(frozen=True)
class EstimatedPeriod:
    """The quality of one period as it was estimated, with its interval at 90 %."""

    period: str
    value: float
    low: float
    high: float
    rows: int


def estimated_over_time(
    estimator: QualityEstimator,
    times: pl.Series,
    prediction: ArrayLike,
    rows: pl.DataFrame | None = None,
    unit: Unit = "month",
) -> tuple[EstimatedPeriod, ...]:
    """The estimate of each period, the oldest first.

    Parameters
    ----------
    estimator
        Fitted on the rows that judged the model.
    times
        Shape `(n_rows,)`: dates or times; rows without one are left out.
    prediction, rows
        As `relevo.validate.expected.quality_estimator.QualityEstimator.estimate` takes them.
    unit
        Length of a period.

    """
    names = times.dt.strftime(LABELS[unit])
    seen = np.asarray(prediction, dtype=np.float64)
    periods = []
    for name in names.drop_nulls().unique().sort().to_list():
        places = np.flatnonzero((names == name).fill_null(False).to_numpy())
        found = estimator.estimate(seen[places], None if rows is None else rows[places])
        periods.append(EstimatedPeriod(name, found.value, *found.interval, len(places)))
    return tuple(periods)
