"""`rate`: the target by calendar unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from relevo.problem.problem import Task

POINTS = 60
_UNITS = {
    "1h": "%Y-%m-%d %H:%M",
    "1d": "%Y-%m-%d",
    "1w": "%Y-%m-%d",
    "1mo": "%Y-%m",
    "1q": "%Y-%m",
    "1y": "%Y",
    "10y": "%Y",
    "100y": "%Y",
}
_CLASSES = 3
_Z = 1.959964  # the normal's 97.5 % point: intervals cover 95 %


@dataclass(frozen=True)
class Rate:
    """The mean of a number, or the share of a class, in one calendar unit after the other.

    Attributes
    ----------
    unit
        Width of a point: `1h`, `1d`, `1w`, `1mo`, `1q`, `1y`, `10y` or `100y`.
    labels
        Start of each unit, shape `(n_points,)`, at most 60; units without rows are left out.
    rows
        Rows with a target in each, shape `(n_points,)`.
    values
        By class (or by the target's name, for a regression), shape `(n_points,)` each.
    intervals
        95 % intervals of these: Wilson's (1927) for a share, normal for a mean; None for a mean
        of a single row. They take rows as independent.

    """

    unit: str
    labels: tuple[str, ...]
    rows: tuple[int, ...]
    values: dict[str, tuple[float, ...]]
    intervals: dict[str, tuple[tuple[float, float] | None, ...]]


def rate(
    frame: pl.DataFrame, target: str, time: str, task: Task, positive: object = None
) -> Rate | None:
    """The target over time, in the finest calendar unit that gives at most 60 points.

    Parameters
    ----------
    frame
        Rows with both columns; those without a time or a target are left out.
    target, time
        Names of the columns.
    task
        `regression` gives the mean. `classification` gives the share of `positive`; without one,
        of True, of the larger of two numbers, of the rarer of two texts, or of the three most
        frequent classes.
    positive
        The class to be followed.

    Returns
    -------
    Rate or None
        None when the time column holds no dates, the target of a regression no numbers, or no
        row has both values.

    """
    if frame.schema[time] not in (pl.Date, pl.Datetime):
        return None
    if task == "regression" and not frame.schema[target].is_numeric():
        return None
    rows = frame.select(moment=pl.col(time), outcome=pl.col(target)).drop_nulls()
    if rows.schema["outcome"].is_float():
        rows = rows.filter(pl.col("outcome").is_finite())
    if rows.is_empty():
        return None
    unit = _unit(rows["moment"])
    named = _named(rows["outcome"], target, task, positive)
    grouped = (
        rows.group_by(pl.col("moment").cast(pl.Datetime("us")).dt.truncate(unit))
        .agg(
            pl.len().alias("rows"),
            *(value.mean().alias(f"mean {at}") for at, value in enumerate(named.values())),
            *(value.std().alias(f"std {at}") for at, value in enumerate(named.values())),
        )
        .sort("moment")
    )
    counts = tuple(grouped["rows"].to_list())
    return Rate(
        unit,
        tuple(grouped["moment"].dt.strftime(_UNITS[unit]).to_list()),
        counts,
        {name: tuple(grouped[f"mean {at}"].to_list()) for at, name in enumerate(named)},
        {name: _intervals(grouped, at, task) for at, name in enumerate(named)},
    )


def _unit(moments: pl.Series) -> str:
    ends = pl.Series([moments.min(), moments.max()]).cast(pl.Datetime("us"))
    for unit in _UNITS:
        first, last = ends.dt.truncate(unit)
        points = pl.datetime_range(first, last, unit, eager=True)
        if len(points) <= POINTS:
            return unit
    return list(_UNITS)[-1]


def _named(outcome: pl.Series, target: str, task: Task, positive: object) -> dict[str, pl.Expr]:
    value = pl.col("outcome")
    if task == "regression":
        return {target: value.cast(pl.Float64)}
    classes = [positive] if positive is not None else _followed(outcome)
    return {f"{target} = {name}": value.eq(pl.lit(name)).cast(pl.Float64) for name in classes}


def _followed(outcome: pl.Series) -> list[Any]:
    counts = outcome.alias("value").value_counts(name="rows")
    counts = counts.sort("rows", "value", descending=[True, False])
    if len(counts) != 2:
        return counts["value"].head(_CLASSES).to_list()
    if outcome.dtype == pl.Boolean or outcome.dtype.is_numeric():
        return [counts["value"].max()]
    return [counts["value"][-1]]


def _intervals(
    grouped: pl.DataFrame, at: int, task: Task
) -> tuple[tuple[float, float] | None, ...]:
    means, rows = grouped[f"mean {at}"], grouped["rows"]
    if task == "classification":
        return tuple(map(_wilson, means, rows))
    return tuple(map(_normal, means, grouped[f"std {at}"], rows))


def _wilson(share: float, rows: int) -> tuple[float, float]:
    weight = 1 + _Z**2 / rows
    middle = (share + _Z**2 / (2 * rows)) / weight
    reach = _Z / weight * (share * (1 - share) / rows + _Z**2 / (4 * rows**2)) ** 0.5
    return max(0.0, middle - reach), min(1.0, middle + reach)


def _normal(mean: float, deviation: float | None, rows: int) -> tuple[float, float] | None:
    if deviation is None:
        return None
    reach = _Z * deviation / rows**0.5
    return mean - reach, mean + reach
