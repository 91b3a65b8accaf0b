"""`shifted`: a figure as it would be in another population, by weighted rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from relevo.compute.budget import Budget
from relevo.errors import DataMistake
from relevo.score.metrics import Metric
from relevo.score.rows import Codes, block_codes, check_lengths
from relevo.score.spread import kish, spread
from relevo.validate.elsewhere.figure_scale import FigureScale
from relevo.validate.elsewhere.gap import beyond
from relevo.validate.elsewhere.transfer import figure
from relevo.validate.target.population import Population, population
from relevo.words import say

Floats = NDArray[np.float64]

LEAST_EFFECTIVE = 20.0
APART = 0.995  # domain AUC from which the two populations have nothing in common
_HALVES = 12
_FEWEST_HALVES = 6
_FEWEST_TO_HALVE = 80  # rows of either population
_FEWEST_UNITS = 12  # blocks, to be halved


@dataclass(frozen=True)
class Shifted:
    """A figure of the judged rows, weighted until they resemble another population.

    Attributes
    ----------
    metric, greater_is_better
        Whose figure this is.
    value, interval
        In that population, if the outcome depends on the columns there as it does here.
    unweighted
        The same rows, each counting the same.
    gap, gap_interval
        `value - unweighted`.
    coverage
        Of both intervals.
    rows, effective_rows
        How many rows judged, and how many equally weighted ones say as much.
    auc, p_value, uncovered
        As in `Population`: how far the two differ, and what the judged rows lack.
    warning
        Whether the gap is beyond noise.

    """

    metric: str
    greater_is_better: bool
    value: float
    interval: tuple[float, float]
    unweighted: float
    gap: float
    gap_interval: tuple[float, float]
    coverage: float
    rows: int
    effective_rows: float
    auc: float | None
    p_value: float | None
    uncovered: tuple[str, ...]
    warning: bool

    @property
    def text(self) -> str:
        """The statement, in the language in force."""
        return self.said()

    def said(self, lang: str | None = None) -> str:
        """One honest statement, in a language."""
        text = say(
            f"elsewhere.said.shifted_{'warning' if self.warning else 'silent'}",
            lang,
            metric=say(f"elsewhere.metric.{self.metric}", lang),
            value=figure(self.value),
            low=figure(self.interval[0]),
            high=figure(self.interval[1]),
            unweighted=figure(self.unweighted),
            rows=round(self.effective_rows),
        )
        return text[0].upper() + text[1:]  # the metric's name stands first


def shifted(
    columns: pl.DataFrame,
    outcome: Floats,
    prediction: Floats,
    target: pl.DataFrame,
    metrics: Sequence[Metric],
    *,
    weight: Floats | None = None,
    blocks: ArrayLike | None = None,
    found: Population | None = None,
    coverage: float = 0.9,
    budget: Budget | None = None,
    seed: int = 0,
) -> tuple[Shifted, ...]:
    """Weight judged rows by how common their like is in the target population.

    The figure is a weighted mean (Hájek 1971) or its equal for AUC and R2. Its error holds that the
    weights are estimated: they are learnt again, and the figure computed, on random halves of both
    populations, whose scatter is that of the whole (McCarthy 1969); on halves, not on bootstrap
    samples, in which one row would stand among those that are learnt from and those held back.
    Without time for that, the weights count as known.

    Parameters
    ----------
    columns
        What the judged rows and the target population are compared by, shape `(n_rows, n_columns)`.
    outcome, prediction
        Shape `(n_rows,)`, and `(n_rows,)` or `(n_rows, n_classes)`: by a model that has not learnt
        from these rows.
    target
        Rows of the target population; no outcome is needed.
    metrics
        Each with an influence function.
    weight
        Shape `(n_rows,)`: of the judged rows, on top of what the populations say.
    blocks
        Shape `(n_rows,)`: judged rows of one block depend on each other; whole blocks are halved.
    found
        What `population(columns, target)` gave, when it is known already.
    coverage
        Of both intervals.
    budget
        For the halves.
    seed
        Of the halves.

    Returns
    -------
    tuple of Shifted
        One for each metric.

    Raises
    ------
    DataMistake
        When the two populations do not overlap.

    References
    ----------
    Shimodaira (2000), Improving predictive inference under covariate shift; Hájek (1971); McCarthy
    (1969), Pseudo-replication: half samples.

    """
    check_lengths(columns.height, outcome=outcome, prediction=prediction, weight=weight)
    whole = population(columns, target, seed=seed) if found is None else found
    check_lengths(columns.height, weights=whole.weights)
    own = np.ones(columns.height) if weight is None else weight
    codes = None if blocks is None else block_codes(blocks, columns.height)
    rows = _Rows(outcome, prediction, own, codes)
    _overlap(whole, kish(own * whole.weights), columns.height)
    halves = list(_halves(columns, target, codes, budget, seed))
    return tuple(_one(metric, rows, whole, halves, coverage) for metric in metrics)


@dataclass(frozen=True)
class _Rows:
    outcome: Floats
    prediction: Floats
    weight: Floats
    blocks: Codes | None

    def figure(self, metric: Metric, mass: Floats, rows: NDArray[np.intp] | slice) -> float:
        weight = self.weight[rows] * mass
        return metric.function(self.outcome[rows], self.prediction[rows], weight)


_ALL = slice(None)
_Half = tuple[NDArray[np.intp], Floats]  # rows, and their weights


def _overlap(whole: Population, effective: float, rows: int) -> None:
    apart = whole.auc is not None and whole.auc > APART
    if apart or effective < min(LEAST_EFFECTIVE, rows / 2):
        auc = f"{whole.auc:.3f}" if whole.auc is not None else "-"
        raise DataMistake("elsewhere.no_overlap", rows=round(effective), auc=auc)


def _halves(
    columns: pl.DataFrame,
    target: pl.DataFrame,
    blocks: Codes | None,
    budget: Budget | None,
    seed: int,
) -> Iterator[_Half]:
    random = np.random.default_rng(seed)
    units = np.arange(columns.height) if blocks is None else blocks
    count = int(units.max(initial=-1)) + 1
    if min(columns.height, target.height) < _FEWEST_TO_HALVE or count < _FEWEST_UNITS:
        return
    for turn in range(_HALVES):
        if budget is not None and budget.spent:
            return
        half = np.flatnonzero(np.isin(units, random.permutation(count)[: count // 2]))
        like = np.sort(random.permutation(target.height)[: target.height // 2])
        yield half, population(columns[half], target[like], seed=seed + turn).weights


def _one(
    metric: Metric, rows: _Rows, whole: Population, halves: list[_Half], coverage: float
) -> Shifted:
    even = np.ones(len(rows.outcome))
    value, plain = (rows.figure(metric, mass, _ALL) for mass in (whole.weights, even))
    scale = FigureScale(metric)
    error, gap_error, freedom = _errors(metric, rows, whole.weights, halves)
    reach = float(stdtrit(max(freedom, 1.0), 0.5 + coverage / 2))
    place = scale.to(value)
    low, high = (scale.back(place + side * reach * gap_error) - plain for side in (-1, 1))
    return Shifted(
        metric.name,
        metric.greater_is_better,
        value,
        scale.ends((place - reach * error, place + reach * error)),
        plain,
        value - plain,
        (low, high),
        coverage,
        len(even),
        kish(rows.weight * whole.weights),
        whole.auc,
        whole.p_value,
        whole.uncovered,
        beyond(metric, plain, (low, high)),
    )


def _errors(
    metric: Metric, rows: _Rows, weights: Floats, halves: list[_Half]
) -> tuple[float, float, float]:
    """On the scale: of the weighted figure, of its difference from the plain one; freedom."""
    scale = FigureScale(metric)
    drawn = []
    for half, mass in halves:
        pair = [rows.figure(metric, one, half) for one in (mass, np.ones(len(half)))]
        if np.isfinite(pair).all():
            drawn.append([scale.to(one) for one in pair])
    if len(drawn) >= _FEWEST_HALVES:
        places = np.array(drawn)
        each = places[:, 0], places[:, 0] - places[:, 1]
        error, gap_error = (float(np.std(one, ddof=1)) for one in each)
        return error, gap_error, len(drawn) - 1.0
    return _linear(metric, rows, weights)


def _linear(metric: Metric, rows: _Rows, weights: Floats) -> tuple[float, float, float]:
    """The same when the weights count as known."""
    assert metric.influence is not None
    scale = FigureScale(metric)
    groups = rows.outcome.astype(np.intp) if metric.by_class else None
    added = []
    for mass in (rows.weight * weights, rows.weight):
        slope = scale.slope(metric.function(rows.outcome, rows.prediction, mass))
        added.append(slope * metric.influence(rows.outcome, rows.prediction, mass))
    each = (added[0], added[0] - added[1])
    one, gap = (spread(values, groups, rows.blocks) for values in each)
    return one.error, gap.error, one.freedom
