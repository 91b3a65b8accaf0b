"""Parts of the target population that training (nearly) lacks, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.validate.kinds import kind_of, numbers_of
from relevo.validate.rake import named, words
from relevo.words import say

Floats = NDArray[np.float64]

LEAST_SHARE = 0.01  # of the target population
LACKING = 1 / 20  # training has less than this part of the share
LEAST_EXPECTED = 10  # training rows, if it were like the target; else chance explains their lack
BINS = 50
ROWS_PER_BIN = 20


@dataclass(frozen=True)
class Gap:
    """One part: its share of the target population, and the sentence about it."""

    share: float
    text: str


def lacking_margins(
    training: pl.DataFrame, margins: Mapping[str, Mapping[object, float]]
) -> Iterator[Gap]:
    """Categories with a known share that training lacks."""
    for name in (name for name in margins if name in training.columns):
        have = words(training[name])
        for category, share in named(training[name], margins[name]).items():
            had = float((have == category).mean())
            yield from _gap("is", share, had, training.height, name, category)


def lacking_rows(training: pl.DataFrame, target: pl.DataFrame) -> Iterator[Gap]:
    """Categories, ranges and missing values of the target rows that training lacks."""
    for name in training.columns:
        sides = training[name], target[name]
        if "category" in (kind_of(side) for side in sides):
            yield from _lacking_categories(name, *sides)
        else:
            yield from _lacking_ranges(name, *(numbers_of(side) for side in sides))


def _lacking_categories(name: str, training: pl.Series, target: pl.Series) -> Iterator[Gap]:
    have, want = (
        side.cast(pl.String).rename("value").to_frame().group_by("value").len(name=which)
        for side, which in ((training, "have"), (target, "want"))
    )
    both = want.join(have, on="value", how="left", nulls_equal=True).sort("value")
    for category, wanted, had in both.with_columns(pl.col("have").fill_null(0)).iter_rows():
        form = "missing" if category is None else "is"
        yield from _gap(
            form, wanted / target.len(), had / training.len(), training.len(), name, category
        )


def _lacking_ranges(name: str, training: Floats, target: Floats) -> Iterator[Gap]:
    """Runs of neighbouring bins (quantiles of the target) in which training has nearly no rows."""
    missing = [float(np.isnan(side).mean()) for side in (training, target)]
    yield from _gap("missing", missing[1], missing[0], len(training), name)
    known = np.sort(training[~np.isnan(training)])
    wanted = np.sort(target[~np.isnan(target)])
    bins = min(BINS, len(wanted) // ROWS_PER_BIN)
    if bins < 1:
        return
    edges = np.unique(np.quantile(wanted, np.linspace(0, 1, bins + 1), method="inverted_cdf"))
    # each bin holds the values above its lower edge, up to its upper edge
    edges = np.concatenate([[-np.inf], edges[:-1], [np.inf]]) if len(edges) > 1 else edges[:0]
    want = np.diff(np.searchsorted(wanted, edges, side="right")) / len(target)
    have = np.diff(np.searchsorted(known, edges, side="right")) / len(training)
    for start, end in _runs(have < want * LACKING):
        form = "below" if start == 0 else "above" if end == len(want) else "between"
        low, high = edges[start], edges[end]
        share, had = float(want[start:end].sum()), float(have[start:end].sum())
        yield from _gap(form, share, had, len(training), name, None, low, high)


def _runs(lacking: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    padded = np.concatenate([[False], lacking, [False]]).astype(np.int8)
    turns = np.flatnonzero(np.diff(padded))
    yield from zip(turns[::2].tolist(), turns[1::2].tolist(), strict=True)


def _gap(
    form: str,
    share: float,
    had: float,
    rows: int,
    column: str,
    value: str | None = None,
    low: float = 0.0,
    high: float = 0.0,
) -> Iterator[Gap]:
    if share < LEAST_SHARE or share * rows < LEAST_EXPECTED or had >= share * LACKING:
        return
    rule = say(
        f"population.{form}", column=column, value=value, low=f"{low:.4g}", high=f"{high:.4g}"
    )
    text = say("population.uncovered", rule=rule, target=_percent(share), training=_percent(had))
    yield Gap(share, text)


def _percent(share: float) -> str:
    return f"{100 * share:.2g} %" if share < 0.1 else f"{100 * share:.0f} %"
