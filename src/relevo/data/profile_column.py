"""`ColumnProfile`: what one column holds, in numbers; all columns are measured in one pass."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import polars as pl

from relevo.data.profile_mixed import Mixed, mixed
from relevo.problem.identify import ColumnFacts, Kind

BINS = 20
_TOP = 10
_EXAMPLE = 200
# Text as in the contract: longer than 40 characters on average, and most values different.
_TEXT_LENGTH, _TEXT_DISTINCT = 40, 0.5
# Bins reach at most this many interquartile ranges beyond the quartiles (Tukey 1977: "far out").
_FAR_OUT = 3.0


@dataclass(frozen=True)
class Numbers:
    """The finite values of a column of numbers."""

    low: float
    lower_quartile: float
    median: float
    upper_quartile: float
    high: float
    mean: float
    deviation: float


@dataclass(frozen=True)
class Histogram:
    """How many rows are in each bin.

    Attributes
    ----------
    edges
        Ends of the bins, shape `(n_bins + 1,)`; of dates, in seconds since 1970. Each bin of
        whole numbers holds as many of them as the next.
    counts
        Shape `(n_bins,)`; the first and the last also count what lies beyond, so that they sum to
        the finite values.

    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True)
class ColumnProfile:
    """What one column holds.

    Attributes
    ----------
    name, dtype
        Its name, and its type as it was read.
    kind
        `empty` has no value; `constant` has one value and none missing; `boolean`; `integer` has
        whole numbers only, whatever their type; `number`; `date`; `datetime`; `text` is longer
        than 40 characters on average with more than half of the values different; `category` is
        any other text; `other` is nested or binary.
    rows, missing, infinite
        All rows; those without a value (null or NaN); those that are infinite.
    distinct
        Different values, missing not counted.
    numbers
        Statistics of numbers; None for what is none.
    span
        First and last date, in ISO 8601.
    top
        Most frequent values as text with their rows; at most 10. Empty for numbers of more than
        20 values, and for dates.
    rarest
        The rarest of the values that `top` was taken from.
    histogram
        Of numbers and dates.
    mixed
        What stands in the way of reading it as numbers or dates, if it is text that nearly is.

    """

    name: str
    kind: Kind
    dtype: str
    rows: int
    missing: int
    distinct: int
    infinite: int = 0
    numbers: Numbers | None = None
    span: tuple[str, str] | None = None
    top: tuple[tuple[str, int], ...] = ()
    rarest: tuple[str, int] | None = None
    histogram: Histogram | None = None
    mixed: Mixed | None = None

    @property
    def missing_share(self) -> float:
        """Share of the rows without a value."""
        return self.missing / self.rows if self.rows else 0.0

    def facts(self) -> ColumnFacts:
        """What the identification of a task needs."""
        examples = tuple(value for value, _ in self.top) or (self.span or ())
        return ColumnFacts(
            self.name, self.kind, self.rows, self.distinct, self.missing, examples, self.rarest
        )


def column_profiles(frame: pl.DataFrame, seed: int = 0) -> tuple[ColumnProfile, ...]:
    """The profile of each column.

    Parameters
    ----------
    frame
        Shape `(n_rows, n_columns)`.
    seed
        Chooses the rows of a first look at texts.

    """
    measured = _measure(frame)
    counts = _histograms(frame, measured)
    return tuple(
        _profile(series, measured[series.name], counts.get(series.name), seed)
        for series in frame.iter_columns()
    )


def _is_flat(dtype: pl.DataType) -> bool:
    return not (dtype.is_nested() or dtype in (pl.Binary, pl.Object))


def _on_line(name: str, dtype: pl.DataType) -> pl.Expr | None:
    """A column as finite numbers, dates as seconds since 1970; None for what is not on a line."""
    column = pl.col(name)
    if dtype in (pl.Date, pl.Datetime):
        return column.dt.timestamp("ms").cast(pl.Float64) / 1000
    if dtype == pl.Duration:
        return column.dt.total_milliseconds().cast(pl.Float64) / 1000
    if not dtype.is_numeric():
        return None
    number = column.cast(pl.Float64)
    return pl.when(number.is_finite()).then(number)


def _measure(frame: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """Every figure of every column, from one query, so that Polars spreads it over the cores."""
    figures: dict[tuple[str, str], pl.Expr] = {}
    for name, dtype in frame.schema.items():
        for figure, expression in _figures(name, dtype).items():
            figures[name, figure] = expression
    numbered = [expression.alias(str(at)) for at, expression in enumerate(figures.values())]
    values = frame.lazy().select(numbered).collect().row(0) if numbered else ()
    measured: dict[str, dict[str, Any]] = {name: {} for name in frame.columns}
    for (name, figure), value in zip(figures, values, strict=True):
        measured[name][figure] = value
    return measured


def _figures(name: str, dtype: pl.DataType) -> Mapping[str, pl.Expr]:
    column, line = pl.col(name), _on_line(name, dtype)
    figures = {"missing": column.null_count()}
    if dtype.is_float():
        figures["missing"] = column.is_null().sum() + column.is_nan().sum()
        figures["infinite"] = column.is_infinite().sum()
        column = column.fill_nan(None)
    if _is_flat(dtype):
        figures["distinct"] = column.n_unique() - column.has_nulls().cast(pl.UInt32)
    if dtype == pl.String:
        figures["length"] = column.str.len_chars().mean()
    if line is None:
        return figures
    return figures | {
        "low": line.min(),
        "lower_quartile": line.quantile(0.25, "linear"),
        "median": line.quantile(0.5, "linear"),
        "upper_quartile": line.quantile(0.75, "linear"),
        "high": line.max(),
        "mean": line.mean(),
        "deviation": line.std(),
        "whole": (line == line.floor()).all(),
    }


def _histograms(
    frame: pl.DataFrame, measured: Mapping[str, Mapping[str, Any]]
) -> dict[str, Histogram]:
    edges = {name: _edges(figures) for name, figures in measured.items()}
    # Near 1e16 floats are more than one apart: a bin of one would have no width.
    asked = {name: ends for name, ends in edges.items() if ends and ends[0] + ends[1] > ends[0]}
    drawn = []
    for at, (name, (first, width, bins)) in enumerate(asked.items()):
        line = _on_line(name, frame.schema[name])
        assert line is not None
        place = ((line - first) / width).floor().clip(0, bins - 1)
        drawn.append(place.drop_nulls().value_counts().implode().alias(str(at)))
    lists = frame.lazy().select(drawn).collect().row(0) if drawn else ()
    return {
        name: _histogram(found, *ends)
        for (name, ends), found in zip(asked.items(), lists, strict=True)
    }


def _edges(figures: Mapping[str, Any]) -> tuple[float, float, int] | None:
    """First edge, width and number of the bins."""
    low, high = figures.get("low"), figures.get("high")
    if low is None or high is None or not math.isfinite(high - low):
        return None
    reach = _FAR_OUT * (figures["upper_quartile"] - figures["lower_quartile"])
    if reach > 0:
        low = max(low, figures["lower_quartile"] - reach)
        high = min(high, figures["upper_quartile"] + reach)
    if (
        figures["whole"] and max(-low, high) < 2**53
    ):  # a bin holds as many whole numbers as any other
        low, high = math.floor(low), math.ceil(high) + 1
        width = math.ceil((high - low) / BINS)
        return low - 0.5, float(width), math.ceil((high - low) / width)
    width = (high - low) / BINS
    # Below the smallest normal number nothing can be divided by a width any more.
    return (low, width, BINS) if width >= sys.float_info.min else (low - 0.5, 1.0, 1)


def _histogram(found: list[dict[str, Any]], first: float, width: float, bins: int) -> Histogram:
    counts = [0] * bins
    for pair in found:
        place, rows = pair.values()
        counts[int(place)] = int(rows)
    return Histogram(tuple(first + width * at for at in range(bins + 1)), tuple(counts))


def _profile(
    series: pl.Series, figures: Mapping[str, Any], histogram: Histogram | None, seed: int
) -> ColumnProfile:
    kind = _kind(series, figures)
    counted = _counts(series, kind, figures)
    return ColumnProfile(
        name=series.name,
        kind=kind,
        dtype=str(series.dtype),
        rows=len(series),
        missing=figures["missing"],
        distinct=figures.get("distinct", 0),
        infinite=figures.get("infinite", 0),
        numbers=_numbers(figures) if series.dtype.is_numeric() else None,
        span=_span(series, figures),
        top=tuple(counted[:_TOP]),
        rarest=counted[-1] if counted else None,
        histogram=histogram,
        mixed=mixed(series, seed) if series.dtype == pl.String else None,
    )


def _kind(series: pl.Series, figures: Mapping[str, Any]) -> Kind:
    dtype, filled = series.dtype, len(series) - figures["missing"]
    if filled == 0:
        return "empty"
    if figures.get("distinct") == 1 and not figures["missing"]:
        return "constant"
    if dtype == pl.Boolean:
        return "boolean"
    if dtype.is_numeric():
        return "integer" if figures["whole"] and figures["low"] is not None else "number"
    if dtype == pl.Date:
        return "date"
    if dtype == pl.Datetime:
        return "datetime"
    if dtype == pl.Duration:
        return "number"
    if not _is_flat(dtype):
        return "other"
    long = (figures.get("length") or 0.0) > _TEXT_LENGTH
    return "text" if long and figures["distinct"] > _TEXT_DISTINCT * filled else "category"


def _counts(series: pl.Series, kind: Kind, figures: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Values as text with their rows: the ten most frequent, then the rarest."""
    few = kind in ("boolean", "category", "text") or (
        kind in ("integer", "number", "constant") and 0 < figures["distinct"] <= BINS
    )
    if not few or not _is_flat(series.dtype):
        return []
    present = series.fill_nan(None) if series.dtype.is_float() else series
    counts = present.drop_nulls().alias("value").value_counts(name="rows")
    frequent = counts.top_k(_TOP, by=["rows", "value"], reverse=[False, True])
    frequent = frequent.sort("rows", "value", descending=[True, False])
    found = [(_text(value), rows) for value, rows in frequent.iter_rows()]
    return found if len(counts) <= _TOP else [*found, _rarest(counts)]


def _rarest(counts: pl.DataFrame) -> tuple[str, int]:
    value, rows = counts.bottom_k(1, by=["rows", "value"]).row(0)
    return _text(value), rows


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return str(value)[:_EXAMPLE]


def _numbers(figures: Mapping[str, Any]) -> Numbers | None:
    if figures["low"] is None:
        return None
    return Numbers(**{field.name: figures[field.name] or 0.0 for field in fields(Numbers)})


def _span(series: pl.Series, figures: Mapping[str, Any]) -> tuple[str, str] | None:
    if series.dtype not in (pl.Date, pl.Datetime) or figures["low"] is None:
        return None
    return str(series.min()), str(series.max())
