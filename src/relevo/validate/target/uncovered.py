"""Parts of the target population that training (nearly) lacks, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.validate.target.condition import Condition, rule, together
from relevo.validate.target.cuts import Cuts
from relevo.validate.target.kinds import kind_of, numbers_of
from relevo.validate.target.margin import Margin
from relevo.words import say

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Singles = NDArray[np.float32]

LEAST_SHARE = 0.01  # of the target population
LACKING = 1 / 20  # training has less than this part of the share
LEAST_EXPECTED = 10  # training rows, if it were like the target; else chance explains their lack
BINS = 50
ROWS_PER_BIN = 20
PAIR_BINS, PAIR_LEVELS = 8, 12
PAIR_CONDITIONS = 900  # on the columns that come first: all pairs of these are gone through
PAIR_ROWS = 20_000
MOST_TRIED = 2_000
CHANCE = 0.01  # that any pair is named where nothing is lacking


@dataclass(frozen=True)
class Gap:
    """One part of the target population.

    Attributes
    ----------
    share, had
        Its shares of the target population and of training, 0 to 1.
    conditions
        What its rows have in common; empty where only a margin tells of it.
    margin
        The part of a margin that it is, as it was written.

    """

    share: float
    had: float = 0.0
    conditions: tuple[Condition, ...] = ()
    margin: str = ""

    @property
    def text(self) -> str:
        """The part and its shares in words, in the language in force."""
        return self.said()

    def said(self, lang: str | None = None) -> str:
        """The same in `lang`."""
        return say(
            "population.uncovered",
            lang,
            rule=rule(self.conditions, lang) if self.conditions else self.margin,
            target=_percent(self.share),
            training=_percent(self.had),
        )


def lacking_margins(
    training: pl.DataFrame, margins: Mapping[str, Mapping[Any, float]]
) -> Iterator[Gap]:
    """Categories and ranges with a known share that training lacks."""
    for name in (name for name in margins if name in training.columns):
        margin = Margin.of(training[name], margins[name])
        for text, share, had in zip(margin.texts, margin.shares, margin.have, strict=True):
            if _lacks(float(share), float(had), training.height):
                yield Gap(float(share), float(had), margin=text)


def lacking_rows(training: pl.DataFrame, target: pl.DataFrame) -> Iterator[Gap]:
    """Categories, ranges and missing values of the target rows that training lacks."""
    for name in training.columns:
        sides = training[name], target[name]
        if "category" in (kind_of(side) for side in sides):
            parts = _categories(name, *sides)
        else:
            parts = _ranges(name, *(numbers_of(side) for side in sides))
        for condition, share, had in parts:
            if _lacks(share, had, training.height):
                yield Gap(share, had, (condition,))


def lacking_pairs(
    training: pl.DataFrame, target: pl.DataFrame, known: Sequence[Gap], seed: int = 0
) -> Iterator[Gap]:
    """Parts that only two columns together describe, the largest first.

    All pairs of conditions are gone through. A pair is named when training lacks it by more than
    chance over all pairs explains, and when at least half of its rows, and a hundredth of all, are
    in no part that was named before it: neither the known ones nor a larger pair.
    """
    training, target = (
        side.sample(min(side.height, PAIR_ROWS), seed=seed) for side in (training, target)
    )
    cuts = Cuts(Cuts.of(target, PAIR_BINS, PAIR_LEVELS).conditions[:PAIR_CONDITIONS])
    if not cuts.pairs.any():
        return
    have, want = cuts.held(training), cuts.held(target)
    had, wanted = have.T @ have, want.T @ want
    taken = np.zeros(target.height, dtype=bool)
    for gap in known:
        if gap.conditions:
            taken |= together(gap.conditions, target)
    for one, other in _candidates(cuts, had, wanted, training.height, target.height):
        rows = (want[:, one] > 0) & (want[:, other] > 0)
        new = float((rows & ~taken).mean())
        share, ours = float(rows.mean()), float(had[one, other]) / training.height
        if new >= max(LEAST_SHARE, share / 2):
            taken |= rows
            conditions = cuts.conditions[one], cuts.conditions[other]
            yield Gap(share, ours, conditions)


def _candidates(
    cuts: Cuts, have: Singles, want: Singles, training: int, target: int
) -> Iterator[tuple[int, int]]:
    """The pairs that training lacks, the largest first."""
    from scipy.special import bdtr

    share, had = want / target, have / training
    few = (share >= LEAST_SHARE) & (share * training >= LEAST_EXPECTED) & (had < share * LACKING)
    lone = few.diagonal()  # what one condition says already is not said again with another
    few &= cuts.pairs & ~lone[:, None] & ~lone[None, :]
    one, other = np.nonzero(few)
    seen = have[one, other]
    rows = (seen + want[one, other]).astype(np.intp)
    by_chance = bdtr(seen, rows, training / (training + target))
    certain = by_chance * cuts.pairs.sum() <= CHANCE
    order = np.argsort(-want[one, other][certain], kind="stable")[:MOST_TRIED]
    yield from zip(one[certain][order].tolist(), other[certain][order].tolist(), strict=True)


def _categories(
    name: str, training: pl.Series, target: pl.Series
) -> Iterator[tuple[Condition, float, float]]:
    have, want = (
        side.cast(pl.String).rename("value").to_frame().group_by("value").len(name=which)
        for side, which in ((training, "have"), (target, "want"))
    )
    both = want.join(have, on="value", how="left", nulls_equal=True).sort("value")
    for category, wanted, had in both.with_columns(pl.col("have").fill_null(0)).iter_rows():
        condition = Condition(name, "missing" if category is None else "is", category)
        yield condition, wanted / target.len(), had / training.len()


def _ranges(
    name: str, training: Floats, target: Floats
) -> Iterator[tuple[Condition, float, float]]:
    """Runs of neighbouring bins (quantiles of the target) in which training has nearly no rows."""
    missing = [float(np.isnan(side).mean()) for side in (training, target)]
    yield Condition(name, "missing"), missing[1], missing[0]
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
        if (start, end) == (0, len(want)):  # training hardly knows a value: no range of them
            continue
        condition = Condition.of_range(name, float(edges[start]), float(edges[end]))
        yield condition, float(want[start:end].sum()), float(have[start:end].sum())


def _runs(lacking: Bools) -> Iterator[tuple[int, int]]:
    padded = np.concatenate([[False], lacking, [False]]).astype(np.int8)
    turns = np.flatnonzero(np.diff(padded))
    yield from zip(turns[::2].tolist(), turns[1::2].tolist(), strict=True)


def _lacks(share: float, had: float, rows: int) -> bool:
    return share >= LEAST_SHARE and share * rows >= LEAST_EXPECTED and had < share * LACKING


def _percent(share: float) -> str:
    return f"{100 * share:.2g} %" if share < 0.1 else f"{100 * share:.0f} %"
