"""One column of two samples compared: its own test, and its part in the tests over all columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.errors import DataMistake
from relevo.validate.kinds import is_name, is_running, kind_of, numbers_of
from relevo.watch.counts import homogeneity, jensen_shannon
from relevo.watch.steps import Steps

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
Kind = Literal["number", "category", "missing"]

FEW_VALUES = 30  # numbers with no more distinct values are tested as categories
LEVELS_TOGETHER = 10  # categories of one column that take part in the test over all of them
LEAST_EXPECTED_TOGETHER = 20  # a mean of fewer expected ones is far from normal


@dataclass(frozen=True)
class Pair:
    """One column of both samples, and the rows of each that the covariance is taken from."""

    name: str
    before: pl.Series
    after: pl.Series
    sampled_before: Rows
    sampled_after: Rows


@dataclass(frozen=True)
class Block:
    """A column as scores, for a test over all columns of its family.

    `difference` is current minus reference mean over all rows, shape `(n_scores,)`; `reference`
    and `current` are the scores of the sampled rows, shape `(n_sampled_rows, n_scores)`. A
    missing value scores zero.
    """

    family: Literal["number", "category"]
    difference: Floats
    reference: NDArray[np.float32]
    current: NDArray[np.float32]


@dataclass(frozen=True)
class Outcome:
    """One test of one column; `varies` is False where both samples hold one value only."""

    column: str
    kind: Kind
    size: float
    p_value: float
    distance: float | None = None
    varies: bool = True
    block: Block | None = None


def compare_column(pair: Pair) -> tuple[Outcome, ...]:
    """The tests of one column; none where it is a date, a name or a running number.

    Raises
    ------
    DataMistake
        When one sample holds numbers and the other words.

    """
    empty = [side.null_count() == len(side) for side in (pair.before, pair.after)]
    kinds = [kind_of(side) for side in (pair.before, pair.after)]
    if not any(empty) and kinds[0] != kinds[1]:
        raise DataMistake(
            "watch.type_changed",
            column=pair.name,
            reference=pair.before.dtype,
            current=pair.after.dtype,
        )
    kind = kinds[1] if empty[0] else kinds[0]
    if kind is None:
        return ()
    return tuple(_compare_numbers(pair) if kind == "number" else _compare_categories(pair))


def _compare_numbers(pair: Pair) -> Iterator[Outcome]:
    if is_running(pair.before) and is_running(pair.after):
        return
    before, after = (numbers_of(side) for side in (pair.before, pair.after))
    known = [~np.isnan(side) for side in (before, after)]
    finite = before[known[0]], after[known[1]]
    if len(finite[0]) and len(finite[1]):
        yield _number_outcome(pair, before, after, finite)
    yield from _compare_missing(pair.name, known[0], known[1])


def _number_outcome(
    pair: Pair, before: Floats, after: Floats, finite: tuple[Floats, Floats]
) -> Outcome:
    steps = Steps.of(*finite)
    counts = steps.counts()
    distinct = len(steps.values)
    block = _number_block(pair, before, after, steps) if distinct > 1 else None
    if 1 < distinct <= min(FEW_VALUES, sum(steps.rows) // 10):
        size, p_value = jensen_shannon(*counts), homogeneity(*counts)
        return Outcome(pair.name, "category", size, p_value, block=block)
    distance, p_value = steps.kolmogorov_smirnov()
    spread = finite[0].std() or np.concatenate(finite).std() or 1.0
    size = float(steps.wasserstein() / spread)
    return Outcome(pair.name, "number", size, p_value, distance, distinct > 1, block)


def _number_block(pair: Pair, before: Floats, after: Floats, steps: Steps) -> Block:
    scores = steps.scores()
    in_reference, in_current = steps.counts()
    difference = scores @ in_current / len(after) - scores @ in_reference / len(before)

    def scored(rows: Floats) -> NDArray[np.float32]:
        at = np.searchsorted(steps.values, rows).clip(max=len(scores) - 1)
        return np.where(np.isnan(rows), 0.0, scores[at]).astype(np.float32)[:, None]

    sampled = scored(before[pair.sampled_before]), scored(after[pair.sampled_after])
    return Block("number", np.array([difference]), *sampled)


def _compare_categories(pair: Pair) -> Iterator[Outcome]:
    before, after = (side.cast(pl.String).rename("value") for side in (pair.before, pair.after))
    counts = _counts(before, after)
    reference, current = counts["reference"].to_numpy(), counts["current"].to_numpy()
    if is_name(len(counts), int(reference.sum() + current.sum())):
        return
    if reference.sum() and current.sum():
        size, p_value = jensen_shannon(reference, current), homogeneity(reference, current)
        block = _category_block(pair, before, after, counts) if len(counts) > 1 else None
        varies = len(counts) > 1
        yield Outcome(pair.name, "category", size, p_value, varies=varies, block=block)
    yield from _compare_missing(
        pair.name, before.is_not_null().to_numpy(), after.is_not_null().to_numpy()
    )


def _counts(before: pl.Series, after: pl.Series) -> pl.DataFrame:
    """Rows of each category in each sample, the commonest first."""
    counted = [
        side.to_frame().drop_nulls().group_by("value").agg(pl.len().cast(pl.Int64).alias(name))
        for side, name in ((before, "reference"), (after, "current"))
    ]
    joined = counted[0].join(counted[1], on="value", how="full", coalesce=True).fill_null(0)
    total = pl.col("reference") + pl.col("current")
    return joined.sort(total, "value", descending=[True, False])


def _category_block(
    pair: Pair, before: pl.Series, after: pl.Series, counts: pl.DataFrame
) -> Block | None:
    rows = len(before), len(after)
    smaller = min(rows) / sum(rows)
    expected = (pl.col("reference") + pl.col("current")) * smaller
    levels = counts.filter(expected >= LEAST_EXPECTED_TOGETHER).head(LEVELS_TOGETHER)
    if levels.is_empty():
        return None
    difference = levels["current"].to_numpy() / rows[1] - levels["reference"].to_numpy() / rows[0]

    codes = np.arange(len(levels), dtype=np.int32)

    def scored(column: pl.Series) -> NDArray[np.float32]:
        at = column.replace_strict(
            levels["value"], pl.Series(codes), default=-1, return_dtype=pl.Int32
        )
        hits: NDArray[np.bool_] = at.to_numpy()[:, None] == codes
        return hits.astype(np.float32)

    sampled = scored(before[pair.sampled_before]), scored(after[pair.sampled_after])
    return Block("category", difference, *sampled)


def _compare_missing(
    name: str, known_before: NDArray[np.bool_], known_after: NDArray[np.bool_]
) -> Iterator[Outcome]:
    if known_before.all() and known_after.all():
        return
    sides = (known_before, known_after)
    reference, current = (np.array([side.sum(), (~side).sum()]) for side in sides)
    size = float((~known_after).mean() - (~known_before).mean())
    varies = bool((reference + current).min() > 0)
    yield Outcome(name, "missing", size, homogeneity(reference, current), varies=varies)
