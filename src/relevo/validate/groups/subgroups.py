"""`subgroups`: every metric in each part of the judged rows, and which parts stand apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from relevo.learn.learner import Prediction
from relevo.model.model import Model
from relevo.picture.number import number
from relevo.score.as_judged import as_judged
from relevo.score.evidence import Evidence
from relevo.score.figures import figures
from relevo.score.holm import holm
from relevo.score.metrics import Metric, metric
from relevo.score.rows import block_codes, weights_of
from relevo.score.spread import spread
from relevo.train.blocks import blocks_of
from relevo.train.target import target_of
from relevo.validate.groups.groups import Groups, groups_in
from relevo.words import say

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Codes = NDArray[np.intp]

FEWEST = 50  # rows; smaller groups are put together
FEWEST_OF_CLASS = 10  # of the rarer class, where the metric compares classes


@dataclass(frozen=True)
class Subgroup:
    """One part of the judged rows.

    Attributes
    ----------
    column, name
        The column that makes the part, and the part in words.
    rows
        How many there are.
    evidence
        Every metric on them, the headline first.
    difference
        The headline metric here, less that of all other rows; NaN where either is undefined.
    interval
        Of the difference, at 95 %, by itself.
    p_value
        Of "no different from the others", corrected for all parts (Holm 1979); NaN if untested.

    """

    column: str
    name: str
    rows: int
    evidence: Evidence
    difference: float
    interval: tuple[float, float]
    p_value: float


@dataclass(frozen=True)
class Subgroups:
    """Every part of some columns.

    Attributes
    ----------
    metric
        The headline metric, by which parts are compared.
    greater_is_better
        Its direction.
    overall
        The evidence of all rows.
    groups
        The parts, in the order of the columns.
    too_small
        Parts with too few rows to be judged by themselves.
    alpha
        How often any part is called different where none is.

    """

    metric: str
    greater_is_better: bool
    overall: Evidence
    groups: tuple[Subgroup, ...]
    too_small: tuple[str, ...] = ()
    alpha: float = 0.05

    @property
    def apart(self) -> tuple[Subgroup, ...]:
        """The parts that differ from the others by more than chance, the worst first."""
        sign = 1.0 if self.greater_is_better else -1.0
        found = [one for one in self.groups if one.p_value <= self.alpha]
        return tuple(sorted(found, key=lambda one: sign * one.difference))

    @property
    def worse(self) -> tuple[Subgroup, ...]:
        """Those of them that are worse than the others."""
        return tuple(one for one in self.apart if (one.difference < 0) == self.greater_is_better)

    def said(self, lang: str | None = None) -> tuple[str, ...]:
        """A sentence on each part that is worse than the others by more than chance."""
        return tuple(
            say(
                "subgroups.worse",
                lang,
                name=one.name,
                metric=self.metric,
                value=number(one.evidence[self.metric].value, 3),
                others=number(one.evidence[self.metric].value - one.difference, 3),
                rows=number(one.rows),
            )
            for one in self.worse
        )


def subgroups(
    model: Model, judged: pl.DataFrame, columns: Sequence[str] | None = None, seed: int = 0
) -> Subgroups:
    """Every metric by value of each segment and each sensitive column.

    Parameters
    ----------
    model
        The model that is judged.
    judged
        Rows that it was not trained on, whose target is known.
    columns
        By default the problem's `segment` and `sensitive` ones.
    seed
        Of the simulation for the calibration error's interval.

    Raises
    ------
    DataMistake
        When the rows lack a column.

    """
    roles = model.problem.roles
    named = (*roles.segment, *roles.sensitive) if columns is None else columns
    target = target_of(judged, model.problem, model.classes)
    return subgroup_figures(
        model.problem.task,
        target.values,
        model.predict(judged),
        groups_in(judged, named, model, FEWEST),
        weight=target.weight,
        blocks=blocks_of(judged, model.problem),
        first=model.problem.metric,
        threshold=model.threshold,
        seed=seed,
    )


def subgroup_figures(
    task: str,
    target: Floats,
    prediction: Prediction,
    groups: Sequence[Groups],
    weight: Floats | None = None,
    blocks: ArrayLike | None = None,
    first: str | None = None,
    threshold: float = 0.5,
    alpha: float = 0.05,
    seed: int = 0,
) -> Subgroups:
    """The same of arrays.

    Each part is held against all other rows by the headline metric: the difference over its error,
    which comes from what each row adds to either figure (see `relevo.score.spread.spread`), summed
    within blocks. Over all parts of all columns the p-values are corrected by Holm's rule, so that
    of models that are equally good everywhere at most a share `alpha` is said to be worse anywhere.

    Parameters
    ----------
    task, target, prediction, weight, blocks, first, threshold, seed
        As `relevo.score.figures.figures` takes them.
    groups
        The parts; see `relevo.validate.groups.groups.Groups`.
    alpha
        The level.

    """
    codes = None if blocks is None else block_codes(blocks, len(target))
    options = {"first": first, "threshold": threshold, "seed": seed}

    def evidence(rows: Bools | slice, name: str) -> Evidence:
        mass, blocked = (None if one is None else one[rows] for one in (weight, codes))
        part = _part(prediction, rows)
        return figures(task, target[rows], part, mass, blocked, on=name, **options)  # type: ignore[arg-type]

    overall = evidence(slice(None), "judged")
    head = metric(overall.figures[0].metric, task)
    judged = _judged(head, prediction, threshold)
    found = []
    for one in groups:
        for at, name in enumerate(one.names):
            held = one.codes == at
            if held.all():
                continue
            figured = evidence(held, name)
            gap = _difference(head, target, judged, weights_of(target, weight), held, codes)
            found.append(Subgroup(one.column, name, int(held.sum()), figured, *gap))
    corrected = holm(np.array([one.p_value for one in found]))
    return Subgroups(
        head.name,
        head.greater_is_better,
        overall,
        tuple(replace(one, p_value=float(p)) for one, p in zip(found, corrected, strict=True)),
        tuple(name for one in groups for name in one.too_small),
        alpha,
    )


def _part(prediction: Prediction, rows: Bools | slice) -> Prediction:
    chance = prediction.probabilities
    return Prediction(prediction.values[rows], None if chance is None else chance[rows])


def _judged(head: Metric, prediction: Prediction, threshold: float) -> Floats:
    """What the headline metric is computed of: chances, values, or calls as certainties."""
    chance = prediction.probabilities
    if head.needs == "values" or chance is None:
        return prediction.values
    return as_judged(head, chance, threshold)


def _difference(
    head: Metric,
    target: Floats,
    judged: Floats,
    weight: Floats,
    held: Bools,
    blocks: Codes | None,
) -> tuple[float, tuple[float, float], float]:
    """The figure of the held rows less that of the others, its interval and its p-value."""
    from scipy.special import stdtr, stdtrit

    unknown = math.nan, (math.nan, math.nan), math.nan
    if head.influence is None or not all(_enough(head, target[side]) for side in (held, ~held)):
        return unknown
    added, values = np.zeros(len(target)), []
    for side, sign in ((held, 1.0), (~held, -1.0)):
        rows = target[side], judged[side]
        values.append(head.function(*rows, weight[side]))
        added[side] = sign * head.influence(*rows, weight[side])
    gap = values[0] - values[1]
    samples = held.astype(np.intp)
    if head.by_class:
        samples = samples + 2 * target.astype(np.intp)
    error = spread(added, samples, blocks)
    if not math.isfinite(gap) or not math.isfinite(error.error) or error.error == 0:
        return unknown
    reach = float(stdtrit(error.freedom, 0.975)) * error.error
    least = 0.0 if blocks is not None else _of_all(head, target, judged, weight, held)
    p_value = 2 * float(stdtr(error.freedom, -abs(gap) / max(error.error, least)))
    return gap, (gap - reach, gap + reach), p_value


def _of_all(head: Metric, target: Floats, judged: Floats, weight: Floats, held: Bools) -> float:
    """The error that the difference has if the held rows scatter as all rows do.

    Of skewed losses a part that happens to lack the large ones has a low mean and too low an error
    of its own: by that alone of 20 parts one would be called different in 7 worlds of 100, not 5.
    """
    assert head.influence is not None
    samples = target.astype(np.intp) if head.by_class else None
    whole = spread(head.influence(target, judged, weight), samples).error
    share = float(weight[held].sum() / weight.sum())
    return whole * math.sqrt(1 / share + 1 / (1 - share))


def _enough(head: Metric, target: Floats) -> bool:
    if not head.by_class:
        return len(target) >= FEWEST
    counts = np.unique(target, return_counts=True)[1]
    return len(counts) > 1 and int(counts.min()) >= FEWEST_OF_CLASS
