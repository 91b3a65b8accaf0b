"""`transfer_of`: from rows judged twice to what to expect in a new place, and whether to warn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from relevo.errors import DataMistake
from relevo.score.metrics import Metric
from relevo.score.rows import Codes
from relevo.validate.elsewhere.figure_scale import FigureScale
from relevo.validate.elsewhere.judged_elsewhere import Compared, JudgedElsewhere
from relevo.validate.elsewhere.random_effects import LEAST_UNITS, random_effects
from relevo.validate.elsewhere.transfer import Kind, Transfer, UnitFigure

Floats = NDArray[np.float64]

LEAST_GAP = 0.01  # of what the figure lacks to be perfect; a smaller gap changes no decision
_OF_ORDER = ("roc_auc", "average_precision")


@dataclass(frozen=True)
class Divided:
    """Rows and the places, or the stretches of time, that they are judged in.

    Attributes
    ----------
    kind, by
        As in `Transfer`.
    judged
        All rows that both models predicted.
    unit
        Shape `(n_rows,)`: the number of the row's place, -1 when it is not judged on its own.
    names
        Of the places.
    sample
        Whether the places are a sample of more, about which something is to be said.
    unjudged
        What is not judged, in words.
    fold
        Shape `(n_rows,)`: the number of the model that had left the row's place out; None when it
        does not matter.

    """

    kind: Kind
    by: str
    judged: JudgedElsewhere
    unit: Codes
    names: Sequence[str]
    sample: bool
    unjudged: tuple[str, ...] = ()
    fold: Codes | None = None


def transfer_of(divided: Divided, metric: Metric, coverage: float = 0.9) -> Transfer:
    """What to expect of a metric elsewhere.

    Places that are a sample of more are summarised by random effects; a stretch of time counts by
    its rows. Where too few places can be judged singly, all rows are judged together, places as
    blocks. Differences are taken row by row, on the same rows, and their error is that of whole
    places (or of stretches of time within the later part).

    It warns when the whole interval of a gap lies beyond a hundredth of what the figure lacks to
    be perfect: on very many rows a gap of .0005 is beyond chance and still means nothing. There are
    two gaps: inside of places, and over all rows together, where a model that knows the places also
    tells rows of different places apart. Of the latter, ROC AUC and average precision only compare
    rows that one model predicted: two models' probabilities have no common order (Forman and Scholz
    2010, Apples-to-apples in cross-validation studies); it is unknown where most models left out
    one place.

    Parameters
    ----------
    divided
        Rows judged twice, by place.
    metric
        One with an influence function.
    coverage
        Of all intervals.

    Raises
    ------
    DataMistake
        When the metric is undefined on the rows, such as ROC AUC on rows of one class.

    """
    kept = _sayable(divided, metric)
    units = tuple(_unit(divided, number, one, metric, coverage) for number, one in kept)
    each = [one for _, one in kept]
    whole = _whole(divided, metric, coverage) if divided.sample else None
    if divided.sample and len(each) >= LEAST_UNITS:
        summary = _over_places(each, coverage)
    elif divided.sample or not each:
        summary = whole or _together(divided.judged.compare(metric), coverage)
        if not math.isfinite(summary.place + summary.gap):
            raise DataMistake("elsewhere.undefined", metric=metric.name, column=divided.by)
    else:
        summary = _over_stretches(each, [unit.rows for unit in units], coverage)
    return _transfer(divided, metric, summary, whole, units, coverage)


def _sayable(divided: Divided, metric: Metric) -> list[tuple[int, Compared]]:
    """The places of which both figures and their errors are defined."""
    # A place is a block as a whole: inside of it rows are taken as independent.
    inside = replace(divided.judged, blocks=None) if divided.sample else divided.judged
    numbers = [number for number in np.unique(divided.unit) if number >= 0]
    found = [(int(n), inside.take(divided.unit == n).compare(metric)) for n in numbers]
    return [
        (number, one)
        for number, one in found
        if np.isfinite([one.value, one.random_value, one.error.error, one.gap_error.error]).all()
    ]


def _unit(
    divided: Divided, number: int, one: Compared, metric: Metric, coverage: float
) -> UnitFigure:
    ends = _around(one.place, one.error.error, one.error.freedom, coverage)
    return UnitFigure(
        str(divided.names[number]),
        int(np.sum(divided.unit == number)),
        one.value,
        FigureScale(metric).ends(ends),
        one.random_value,
    )


@dataclass(frozen=True)
class _Summary:
    """On the scale: the mean elsewhere and its interval, a new place's; the gap and its own."""

    place: float
    interval: tuple[float, float]
    new: tuple[float, float] | None
    gap: float
    gap_interval: tuple[float, float]


def _whole(divided: Divided, metric: Metric, coverage: float) -> _Summary | None:
    """The figures over rows of many places together, which are blocks."""
    if metric.name not in _OF_ORDER or divided.fold is None:
        return _together(divided.judged.compare(metric), coverage)
    each, rows = [], []
    for fold in np.unique(divided.fold):
        inside = divided.fold == fold
        part = divided.judged.take(inside)
        if part.blocks is None or part.blocks.max() < 1:
            continue
        one = part.compare(metric)
        if np.isfinite([one.place, one.random_place, one.error.error, one.gap_error.error]).all():
            each.append(one)
            rows.append(len(part))
    return _over_stretches(each, rows, coverage) if 2 * sum(rows) > len(divided.judged) else None


def _over_places(each: list[Compared], coverage: float) -> _Summary:
    found = random_effects([one.place for one in each], [one.error.error for one in each], coverage)
    weights, gaps = found.weights, np.array([one.gap for one in each])
    gap = float(weights @ gaps)
    concentration = float(np.sum(weights**2))
    between = float(np.sum(weights**2 * (gaps - gap) ** 2)) / max(1 - concentration, 1e-9)
    within = float(np.sum(weights**2 * np.array([one.gap_error.error for one in each]) ** 2))
    error = math.sqrt(max(between, within))
    ends = _around(gap, error, max(1 / concentration - 1, 1.0), coverage)
    return _Summary(found.mean, found.interval, found.prediction_interval, gap, ends)


def _over_stretches(each: list[Compared], rows: list[int], coverage: float) -> _Summary:
    share = np.array(rows) / sum(rows)
    place, gap = (
        float(share @ np.array(values))
        for values in ([one.place for one in each], [one.gap for one in each])
    )
    error, gap_error = (
        math.sqrt(float(np.sum((share * np.array(errors)) ** 2)))
        for errors in (
            [one.error.error for one in each],
            [one.gap_error.error for one in each],
        )
    )
    freedom = sum(one.error.freedom for one in each)
    interval = _around(place, error, freedom, coverage)
    return _Summary(place, interval, None, gap, _around(gap, gap_error, freedom, coverage))


def _together(one: Compared, coverage: float) -> _Summary:
    interval = _around(one.place, one.error.error, one.error.freedom, coverage)
    ends = _around(one.gap, one.gap_error.error, one.gap_error.freedom, coverage)
    return _Summary(one.place, interval, None, one.gap, ends)


def _transfer(
    divided: Divided,
    metric: Metric,
    found: _Summary,
    whole: _Summary | None,
    units: tuple[UnitFigure, ...],
    coverage: float,
) -> Transfer:
    scale = FigureScale(metric)
    value, usual = scale.back(found.place), scale.back(found.place - found.gap)
    ends = _moved(scale, usual, found.place - found.gap, found.gap_interval)
    inside = beyond(metric, usual, ends)
    told = metric.function(divided.judged.target, divided.judged.random, divided.judged.weight)
    together, apart, overall = None, None, False
    if whole is not None:
        together, told = scale.back(whole.place), scale.back(whole.place - whole.gap)
        apart = _moved(scale, told, whole.place - whole.gap, whole.gap_interval)
        overall = beyond(metric, told, apart)
    return Transfer(
        divided.kind,
        divided.by,
        metric.name,
        metric.greater_is_better,
        value,
        scale.ends(found.interval),
        None if found.new is None else scale.ends(found.new),
        usual,
        together,
        told,
        value - usual,
        ends,
        apart,
        coverage,
        inside,
        overall,
        inside or overall,
        units,
        divided.unjudged,
        len(divided.judged),
    )


def beyond(metric: Metric, usual: float, gap: tuple[float, float]) -> bool:
    """Whether a whole interval of gaps is worse by more than means nothing."""
    near = -gap[1] if metric.greater_is_better else gap[0]
    return bool(near > LEAST_GAP * abs(FigureScale(metric).short(usual)))


def _moved(
    scale: FigureScale, value: float, place: float, gap: tuple[float, float]
) -> tuple[float, float]:
    """An interval of gaps on the scale as one of differences from a figure."""
    low, high = (scale.back(place + end) - value for end in gap)
    return low, high


def _around(place: float, error: float, freedom: float, coverage: float) -> tuple[float, float]:
    from scipy.special import stdtrit

    if not math.isfinite(error):
        return -math.inf, math.inf
    reach = float(stdtrit(max(freedom, 1.0), 0.5 + coverage / 2)) * error
    return place - reach, place + reach
