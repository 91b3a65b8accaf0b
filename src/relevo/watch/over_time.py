"""`quality_over_time`: a metric by month, week or day, with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from relevo.errors import DataMistake
from relevo.score.intervals import interval
from relevo.score.metrics import metric as metric_of
from relevo.score.rows import check_lengths, check_rows

Unit = Literal["month", "week", "day"]

LABELS = {"month": "%Y-%m", "week": "%G-W%V", "day": "%Y-%m-%d"}


@dataclass(frozen=True)
class Period:
    """The quality within one period; `low` and `high` are its interval at 95 %."""

    period: str
    value: float
    low: float
    high: float
    rows: int


def quality_over_time(
    times: object,
    target: ArrayLike,
    prediction: ArrayLike,
    metric: str,
    unit: Unit = "month",
    weight: ArrayLike | None = None,
) -> tuple[Period, ...]:
    """The metric within each period that has rows, the oldest first.

    Rows of one day may depend on each other: the intervals of months and weeks are over days.

    Parameters
    ----------
    times
        Shape `(n_rows,)`: dates or times, a Polars series or anything that becomes one.
    target, weight
        Shape `(n_rows,)`.
    prediction
        Shape `(n_rows, n_classes)`, probabilities of a classification, or `(n_rows,)`, numbers.
    metric
        A name in `relevo.score.metrics.METRICS`.
    unit
        Length of a period; weeks are those of ISO 8601.

    Raises
    ------
    DataMistake
        When a time is missing or is none, or rows do not fit together.
    ProblemMistake
        When there is no such metric for such predictions.

    Examples
    --------
    >>> from datetime import date
    >>> days = [date(2013, 1, 5), date(2013, 1, 6), date(2013, 2, 1)]
    >>> [(p.period, p.value) for p in quality_over_time(days, [1, 2, 4], [1, 1, 1], "mae")]
    [('2013-01', 0.5), ('2013-02', 3.0)]

    """
    truth, seen = (np.asarray(one, dtype=np.float64) for one in (target, prediction))
    mass = None if weight is None else np.asarray(weight, dtype=np.float64)
    scored = metric_of(metric, "classification" if seen.ndim == 2 else "regression")
    check_rows(truth, seen, mass, seen.ndim == 2)
    moments = _moments(times, len(truth))
    labels = moments.dt.strftime(LABELS[unit]).to_numpy()
    days = None if unit == "day" else moments.dt.strftime(LABELS["day"]).to_numpy()

    def period(rows: NDArray[np.intp], label: str) -> Period:
        share = None if mass is None else mass[rows]
        blocks = None if days is None else days[rows]
        value = scored.function(truth[rows], seen[rows], share)
        low, high, _ = interval(scored, truth[rows], seen[rows], share, blocks=blocks)
        return Period(label, value, low, high, len(rows))

    return tuple(period(np.flatnonzero(labels == one), str(one)) for one in np.unique(labels))


def _moments(times: object, rows: int) -> pl.Series:
    moments = times if isinstance(times, pl.Series) else _series(np.asarray(times))
    check_lengths(rows, times=moments)
    if moments.dtype not in (pl.Date, pl.Datetime):
        raise DataMistake("watch.no_times", type=moments.dtype)
    if moments.null_count():
        raise DataMistake("watch.missing_times", rows=moments.null_count())
    return moments


def _series(times: NDArray[Any]) -> pl.Series:
    if times.dtype.kind == "M":
        return pl.Series(times.astype("datetime64[us]"))
    return pl.Series(times.tolist())
