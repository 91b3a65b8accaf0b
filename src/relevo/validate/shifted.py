"""`shifted`: a figure as it would be in another population, by weighted rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.compute.budget import Budget
from relevo.errors import DataMistake
from relevo.score.metrics import Metric
from relevo.score.rows import check_lengths
from relevo.score.spread import spread
from relevo.validate.figure_scale import FigureScale
from relevo.validate.gap import LEAST_GAP
from relevo.validate.population import Population, population
from relevo.validate.transfer import figure
from relevo.words import say

Floats = NDArray[np.float64]

LEAST_EFFECTIVE = 20.0
APART = 0.995  # domain AUC from which the two populations have nothing in common
_HALVES = 12
_FEWEST_HALVES = 6


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
        ends = sorted(self.interval)
        return say(
            f"elsewhere.said.shifted_{'warning' if self.warning else 'silent'}",
            lang,
            metric=say(f"elsewhere.metric.{self.metric}", lang),
            value=figure(self.value),
            low=figure(ends[0]),
            high=figure(ends[1]),
            unweighted=figure(self.unweighted),
            rows=round(self.effective_rows),
        )


def shifted(
    columns: pl.DataFrame,
    outcome: Floats,
    prediction: Floats,
    target: pl.DataFrame,
    metric: Metric,
    *,
    found: Population | None = None,
    coverage: float = 0.9,
    budget: Budget | None = None,
    seed: int = 0,
) -> Shifted:
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
    metric
        One with an influence function.
    found
        What `population(columns, target)` gave, when it is known already.
    coverage
        Of both intervals.
    budget
        For the halves.
    seed
        Of the halves.

    Raises
    ------
    DataMistake
        When the two populations do not overlap.

    References
    ----------
    Shimodaira (2000), Improving predictive inference under covariate shift; Hájek (1971); McCarthy
    (1969), Pseudo-replication: half samples.

    """
    check_lengths(columns.height, outcome=outcome, prediction=prediction)
    whole = population(columns, target, seed=seed) if found is None else found
    check_lengths(columns.height, weights=whole.weights)
    if whole.effective_rows < min(LEAST_EFFECTIVE, columns.height / 2) or (
        whole.auc is not None and whole.auc > APART
    ):
        raise DataMistake(
            "elsewhere.no_overlap", rows=round(whole.effective_rows), auc=f"{whole.auc or 1:.3f}"
        )
    scale = FigureScale(metric)
    value = metric.function(outcome, prediction, whole.weights)
    plain = metric.function(outcome, prediction)
    error, gap_error, freedom = _errors(
        columns, outcome, prediction, target, metric, whole.weights, budget, seed
    )
    reach = _reach(freedom, coverage)
    place, usual = scale.to(value), scale.to(plain)
    low, high = (
        scale.back(usual + (place - usual) + side * reach * gap_error) - plain for side in (-1, 1)
    )
    near = -high if metric.greater_is_better else low
    return Shifted(
        metric.name,
        metric.greater_is_better,
        value,
        scale.ends((place - reach * error, place + reach * error)),
        plain,
        value - plain,
        (low, high),
        coverage,
        columns.height,
        whole.effective_rows,
        whole.auc,
        whole.p_value,
        whole.uncovered,
        bool(near > LEAST_GAP * abs(scale.short(plain))),
    )


def _errors(
    columns: pl.DataFrame,
    outcome: Floats,
    prediction: Floats,
    target: pl.DataFrame,
    metric: Metric,
    weights: Floats,
    budget: Budget | None,
    seed: int,
) -> tuple[float, float, float]:
    """On the scale: of the weighted figure, of its difference from the plain one; freedom."""
    scale, random = FigureScale(metric), np.random.default_rng(seed)
    drawn = []
    for turn in range(_HALVES):
        if budget is not None and budget.spent:
            break
        half = np.sort(random.permutation(columns.height)[: columns.height // 2])
        like = np.sort(random.permutation(target.height)[: (target.height + 1) // 2])
        if min(len(half), len(like)) < 2 * LEAST_EFFECTIVE:
            break
        mass = population(columns[half], target[like], seed=seed + turn).weights
        some = outcome[half], prediction[half]
        pair = metric.function(*some, mass), metric.function(*some)
        if np.isfinite(pair).all():
            drawn.append([scale.to(one) for one in pair])
    if len(drawn) >= _FEWEST_HALVES:
        places = np.array(drawn)
        each = places[:, 0], places[:, 0] - places[:, 1]
        error, gap_error = (float(np.std(one, ddof=1)) for one in each)
        return error, gap_error, len(drawn) - 1.0
    return _linear(outcome, prediction, metric, weights)


def _linear(
    outcome: Floats, prediction: Floats, metric: Metric, weights: Floats
) -> tuple[float, float, float]:
    assert metric.influence is not None
    scale, even = FigureScale(metric), np.ones(len(outcome))
    groups = outcome.astype(np.intp) if metric.by_class else None
    added = []
    for mass in (weights, even):
        slope = scale.slope(metric.function(outcome, prediction, mass))
        added.append(slope * metric.influence(outcome, prediction, mass))
    one, gap = spread(added[0], groups), spread(added[0] - added[1], groups)
    return one.error, gap.error, one.freedom


def _reach(freedom: float, coverage: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(max(freedom, 1.0), 0.5 + coverage / 2))
