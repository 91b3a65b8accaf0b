"""`fairness`: gaps between groups of people in the decisions of a classifier, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from relevo.model.model import Model
from relevo.picture.number import number
from relevo.score.rows import block_codes, check_finite, check_lengths, sums, weights_of
from relevo.score.spread import spread
from relevo.score.wilson import wilson
from relevo.train.blocks import blocks_of
from relevo.train.target import target_of
from relevo.validate.groups.called import called_positive
from relevo.validate.groups.groups import Groups, groups_in
from relevo.validate.groups.rates import CELLS, Rates, cell_of
from relevo.validate.groups.widest import Compared, smallest_ratio, widest_difference
from relevo.words import say

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Codes = NDArray[np.intp]
Interval = tuple[float, float]

FEWEST = 30  # rows; smaller groups are put together
DRAWS = 1_000
DRAWN_CELLS = 4_000_000  # of the table of units and draws; more units get fewer draws
FEWEST_DRAWS = 200


@dataclass(frozen=True)
class GroupRates:
    """One group of a sensitive column.

    Attributes
    ----------
    name
        The group in words.
    rows, positives
        How many rows it has, and how many of these are positive.
    selection, true_positive, false_positive
        The share called positive: of all rows, of the positive ones, and of the others. NaN where
        there are none.
    intervals
        Of the three, at the coverage asked for: Wilson's (1927).
    calibration
        The share of positives less the mean predicted chance (calibration in the large): above
        zero the chances are too low. None without chances.
    calibration_interval
        Its interval.

    """

    name: str
    rows: int
    positives: int
    selection: float
    true_positive: float
    false_positive: float
    intervals: tuple[Interval, Interval, Interval]
    calibration: float | None
    calibration_interval: Interval | None


@dataclass(frozen=True)
class FairnessGap:
    """The widest gap between any two groups, by one definition.

    Attributes
    ----------
    name
        As fairlearn calls it, such as `demographic_parity_difference`.
    value
        The largest difference (0: none), or the smallest ratio (1: none).
    interval
        For the gap in the population, at the coverage asked for.

    """

    name: str
    value: float
    interval: Interval

    @property
    def beyond_noise(self) -> bool:
        """Whether the interval leaves no room for "no gap"."""
        low, high = self.interval
        return bool(high < 1.0 if self.name.endswith("_ratio") else low > 0.0)


@dataclass(frozen=True)
class ColumnFairness:
    """A sensitive column: its groups and the gaps between these."""

    column: str
    groups: tuple[GroupRates, ...]
    gaps: tuple[FairnessGap, ...]
    too_small: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> FairnessGap:
        return next(gap for gap in self.gaps if gap.name == name)


@dataclass(frozen=True)
class Fairness:
    """Every sensitive column; none where there is none, or more than two classes."""

    columns: tuple[ColumnFairness, ...] = ()
    coverage: float = 0.95

    def said(self, lang: str | None = None) -> tuple[str, ...]:
        """A sentence on each gap beyond noise; ratios say again what differences say."""
        return tuple(
            say(
                "fairness.beyond",
                lang,
                column=one.column,
                gap=say(f"fairness.gap.{gap.name}", lang),
                value=number(gap.value, 3),
                low=number(gap.interval[0], 3),
                high=number(gap.interval[1], 3),
            )
            for one in self.columns
            for gap in one.gaps
            if gap.beyond_noise and not gap.name.endswith("_ratio")
        )


def fairness(
    model: Model,
    judged: pl.DataFrame,
    columns: Sequence[str] | None = None,
    coverage: float = 0.95,
    seed: int = 0,
) -> Fairness:
    """The gaps of a classifier of two classes between groups of each sensitive column.

    Parameters
    ----------
    model
        The model that is judged; its threshold makes the calls.
    judged
        Rows that it was not trained on, whose target is known.
    columns
        By default the problem's `sensitive` ones. Numbers are grouped by quartile, groups of fewer
        than 30 rows are put together.
    coverage, seed
        As `column_fairness` takes them.

    Raises
    ------
    DataMistake
        When the rows lack a column.

    """
    named = model.problem.roles.sensitive if columns is None else columns
    if not named or not model.binary:
        return Fairness((), coverage)
    target = target_of(judged, model.problem, model.classes)
    called, chance = called_positive(model, judged)
    positive = target.values == 1
    blocks = blocks_of(judged, model.problem)
    options = {"weight": target.weight, "blocks": blocks, "coverage": coverage, "seed": seed}
    return Fairness(
        tuple(
            column_fairness(positive, called, groups, chance, **options)  # type: ignore[arg-type]
            for groups in groups_in(judged, named, model, FEWEST)
        ),
        coverage,
    )


def column_fairness(
    target: ArrayLike,
    called: ArrayLike,
    groups: Groups | ArrayLike,
    chance: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    blocks: ArrayLike | None = None,
    coverage: float = 0.95,
    seed: int = 0,
) -> ColumnFairness:
    """The same of arrays, for one column.

    The gaps are fairlearn's (Weerts et al. 2023): demographic parity compares selection rates,
    equal opportunity true positive rates, equalized odds true and false positive rates, the worse
    of the two; each the largest difference, or the smallest ratio, of any two groups. Only, a rate
    of no rows is left out here, where fairlearn takes it for zero.

    Parameters
    ----------
    target, called
        Shape `(n_rows,)`: whether a row is positive, and whether it is called so.
    groups
        The groups, or the label of each row's group, `(n_rows,)`.
    chance
        Shape `(n_rows,)`: the predicted chance of being positive.
    weight, blocks
        Shape `(n_rows,)`: how much each row counts; rows of one block may depend on each other, so
        that the bootstrap draws blocks.
    coverage
        Of the intervals.
    seed
        Of the bootstrap.

    References
    ----------
    Weerts et al. (2023), Fairlearn: assessing and improving fairness of AI systems, JMLR 24;
    Hardt, Price and Srebro (2016), Equality of opportunity in supervised learning; Wilson (1927).

    Examples
    --------
    >>> found = column_fairness([1, 1, 0, 0] * 50, [1, 1, 0, 0] * 25 + [1, 0, 0, 0] * 25,
    ...                         ["a"] * 100 + ["b"] * 100)
    >>> gap = found["true_positive_rate_difference"]
    >>> gap.value, gap.beyond_noise
    (0.5, True)

    """
    true, said = np.asarray(target).astype(bool), np.asarray(called).astype(bool)
    if not isinstance(groups, Groups):
        groups = Groups.of_labels("group", groups)
    known = None if chance is None else np.asarray(chance, dtype=np.float64)
    mass = None if weight is None else np.asarray(weight, dtype=np.float64)
    check_lengths(len(true), called=said, groups=groups.codes, chance=known, weight=mass)
    check_finite(chance=known, weight=mass)
    codes = None if blocks is None else block_codes(blocks, len(true))
    cell = cell_of(true, said, groups.codes)
    shape = len(groups.names), CELLS
    counted = sums(cell, weights_of(true.astype(np.float64), mass), shape[0] * CELLS)
    rates = Rates.of_cells(counted.reshape(shape))
    rows = np.bincount(cell, minlength=shape[0] * CELLS).reshape(shape).astype(np.float64)
    drawn = Rates.of_cells(_drawn(cell, counted, mass, codes, seed).reshape(-1, *shape))
    each = _calibrations(true, known, groups.codes, shape[0], mass, codes, coverage)
    return ColumnFairness(
        groups.column,
        tuple(_group(groups.names, rows, rates, each, at, coverage) for at in range(shape[0])),
        tuple(_gaps(rates, drawn, rows, coverage)),
        groups.too_small,
    )


def _drawn(
    cell: Codes, counted: Floats, weight: Floats | None, blocks: Codes | None, seed: int
) -> Floats:
    """Bootstrap samples of the table, `(n_draws, n_cells)`: rows or blocks drawn anew."""
    rng = np.random.default_rng(seed)
    if blocks is None and weight is None:
        total = int(counted.sum())
        return rng.multinomial(total, counted / total, DRAWS).astype(np.float64)
    from scipy.sparse import csr_array

    units = np.arange(len(cell)) if blocks is None else blocks
    mass = np.ones(len(cell)) if weight is None else weight
    count = int(units.max()) + 1
    table = csr_array((mass, (units, cell)), shape=(count, len(counted)))
    draws = max(FEWEST_DRAWS, min(DRAWS, DRAWN_CELLS // count))
    parts = []
    for _ in range(draws):
        times = np.bincount(rng.integers(count, size=count), minlength=count)
        parts.append(times @ table)
    return np.asarray(parts, dtype=np.float64)


def _gaps(rates: Rates, drawn: Rates, rows: Floats, coverage: float) -> list[FairnessGap]:
    selection = Compared(rates.selection, drawn.selection, rows.sum(axis=1))
    true = Compared(rates.true_positive, drawn.true_positive, rows[:, 2:].sum(axis=1))
    false = Compared(rates.false_positive, drawn.false_positive, rows[:, :2].sum(axis=1))
    compared = {
        "demographic_parity": (selection,),
        "equalized_odds": (true, false),
        "true_positive_rate": (true,),
        "false_positive_rate": (false,),
    }
    ways = {"difference": widest_difference, "ratio": smallest_ratio}
    return [
        FairnessGap(f"{name}_{way}", *find(parts, coverage))
        for name, parts in compared.items()
        for way, find in ways.items()
    ]


def _calibrations(
    target: Bools,
    chance: Floats | None,
    groups: Codes,
    count: int,
    weight: Floats | None,
    blocks: Codes | None,
    coverage: float,
) -> list[tuple[float, Interval] | tuple[None, None]]:
    if chance is None:
        return [(None, None)] * count
    missed = target - chance
    mass = weights_of(chance, weight)
    return [_mean(missed, mass, groups == at, blocks, coverage) for at in range(count)]


def _mean(
    values: Floats, weight: Floats, held: Bools, blocks: Codes | None, coverage: float
) -> tuple[float, Interval]:
    """A weighted mean of the held rows, with a t interval over rows or blocks."""
    from scipy.special import stdtrit

    own, mass = values[held], weight[held]
    mean = float(np.average(own, weights=mass))
    codes = None if blocks is None else block_codes(blocks[held], len(own))
    error = spread(mass * (own - mean) / mass.sum(), blocks=codes)
    if not np.isfinite(error.error):
        return mean, (-1.0, 1.0)
    reach = float(stdtrit(error.freedom, 0.5 + coverage / 2)) * error.error
    return mean, (mean - reach, mean + reach)


def _group(
    names: Sequence[str],
    rows: Floats,
    rates: Rates,
    calibrations: Sequence[tuple[float, Interval] | tuple[None, None]],
    at: int,
    coverage: float,
) -> GroupRates:
    from scipy.special import ndtri

    quantile = float(ndtri(0.5 + coverage / 2))
    found = rates.selection[at], rates.true_positive[at], rates.false_positive[at]
    under = rows[at].sum(), rows[at, 2:].sum(), rows[at, :2].sum()
    ends = [
        wilson(rate, count, quantile) if count else (np.nan, np.nan)
        for rate, count in zip(found, under, strict=True)
    ]
    first, second, third = ((float(low), float(high)) for low, high in ends)
    calibration, interval = calibrations[at]
    return GroupRates(
        names[at],
        int(under[0]),
        int(under[1]),
        float(found[0]),
        float(found[1]),
        float(found[2]),
        (first, second, third),
        calibration,
        interval,
    )
