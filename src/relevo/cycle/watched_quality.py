"""`watched_quality`: what the quality of a window is likely to be, and what its outcomes say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.cycle.watched import FEWEST_LABELS
from relevo.cycle.window import Window, seen
from relevo.errors import ProblemMistake
from relevo.model.model import Model
from relevo.picture import Section
from relevo.problem.problem import Problem
from relevo.train.blocks import PERIODS
from relevo.train.target import target_values
from relevo.validate.quality_estimator import LEAST_ROWS, QualityEstimator
from relevo.watch.calibration_monitor import CalibrationMonitor, calibration_parts
from relevo.watch.completeness import PeriodLabels, completeness
from relevo.watch.estimated_over_time import estimated_over_time
from relevo.watch.estimated_signal import estimated_signal
from relevo.watch.label_weights import FEWEST, LabelWeights, label_weights
from relevo.watch.over_time import Period, quality_over_time
from relevo.watch.page_quality import quality_section
from relevo.watch.signals import Signal

Floats = NDArray[np.float64]

_MOST_JUDGED = 20_000  # that an estimate stands on: more rows make it slower, hardly surer


@dataclass(frozen=True)
class WatchedQuality:
    """The signals, the section of the page, and the labelled rows' weights (None: all the same)."""

    signals: tuple[Signal, ...]
    section: Section | None
    weights: Floats | None


def watched_quality(
    window: Window, model: Model, judged: pl.DataFrame, now: datetime
) -> WatchedQuality:
    """Quality before outcomes, who gets an outcome, and whether probabilities still come true.

    Parameters
    ----------
    window, model
        What is watched, and the champion.
    judged
        The rows that judged the champion: its labelled past.
    now
        Until when outcomes were taken in.

    """
    problem, alpha = model.problem, model.problem.watch.alpha
    weights = _weights(window, model)
    signals, cautions = [], []
    blind = _estimator(model, judged, columns=False)
    if blind is not None:
        full = _estimator(model, judged, columns=True) or blind
        rows = model.predictors(window.rows)
        found = full.estimate(seen(window.prediction), rows)
        signals.append(estimated_signal(found, model.evidence[problem.metric], alpha))
        cautions.append(found.caution)
    if weights is not None:
        signals.append(weights.signal())
    signals += _calibration(window, model, judged, alpha)
    mass = weights.weights if weights is not None and weights.selected else None
    section = _section(window, model, blind, now, cautions)
    return WatchedQuality(tuple(signals), section, mass)


def _estimator(model: Model, judged: pl.DataFrame, columns: bool) -> QualityEstimator | None:
    problem = model.problem
    rows = judged.sample(min(judged.height, _MOST_JUDGED), seed=0)
    if rows.height < LEAST_ROWS:
        return None
    try:
        return QualityEstimator(
            problem.metric,
            seen(model.predict(rows)),
            target_values(rows[problem.target], model.classes),
            model.predictors(rows) if columns else None,
        )
    except ProblemMistake:  # a metric that only outcomes can tell
        return None


def _known(window: Window, problem: Problem) -> NDArray[np.bool_]:
    if problem.target not in window.rows.columns:
        return np.zeros(window.rows.height, dtype=bool)
    return window.rows[problem.target].is_not_null().to_numpy()


def _weights(window: Window, model: Model) -> LabelWeights | None:
    known = _known(window, model.problem)
    if min(known.sum(), (~known).sum()) < FEWEST:
        return None
    return label_weights(model.predictors(window.rows), seen(window.prediction), known)


def _calibration(
    window: Window, model: Model, judged: pl.DataFrame, alpha: float
) -> Sequence[Signal]:
    """Of two classes, by the unit in which rows depend on each other."""
    names, before = _units(window.labelled, model.problem), _units(judged, model.problem)
    if not model.binary or names is None or before is None or len(names) < FEWEST_LABELS:
        return ()
    outcome = target_values(judged[model.problem.target], model.classes)
    parts = calibration_parts(outcome, seen(model.predict(judged))[:, 1])
    _, place = np.unique(before, return_inverse=True)
    shift, slope = (np.bincount(place, part) / np.bincount(place) for part in parts)
    monitor = CalibrationMonitor(shift, slope, alpha)
    truth = target_values(window.labelled[model.problem.target], model.classes)
    monitor.update(truth, seen(window.labelled_prediction)[:, 1], names)
    found = monitor.finish()
    size = found.shift.size if found.shift.p_value <= found.slope.p_value else found.slope.size
    if np.isnan(size):
        return ()
    return (Signal("calibration", "", size, found.p_value, found.alarm, found.text),)


def _units(rows: pl.DataFrame, problem: Problem) -> NDArray[np.str_] | None:
    """The day (hour, week) of each row, as text that sorts like time."""
    time, block = problem.roles.time, problem.renew.block
    if not time or time not in rows.columns or block not in PERIODS or rows.is_empty():
        return None
    if rows[time].null_count():
        return None
    start = rows[time].cast(pl.Datetime("us")).dt.truncate(PERIODS[block])
    whole = "%Y-%m-%d" if block in ("day", "week", "month") else "%Y-%m-%d %H:%M"
    return np.asarray(start.dt.strftime(whole).to_list())


def _section(
    window: Window,
    model: Model,
    blind: QualityEstimator | None,
    now: datetime,
    cautions: Sequence[str],
) -> Section | None:
    """By month, where rows have times."""
    if window.times is None or window.times.null_count() == window.rows.height:
        return None
    dated = window.times.is_not_null()
    estimated = estimated_over_time(blind, window.times, seen(window.prediction)) if blind else ()
    labels: Sequence[PeriodLabels] = ()
    if window.labelled_at is not None:
        made, came = (one.filter(dated) for one in (window.times, window.labelled_at))
        labels = completeness(made, came, now, "month").periods
    realised = _realised(window, model)
    if not estimated and not realised:
        return None
    return quality_section(model.problem.metric, estimated, realised, labels, cautions)


def _realised(window: Window, model: Model) -> tuple[Period, ...]:
    if window.times is None:
        return ()
    known = pl.Series(_known(window, model.problem)) & window.times.is_not_null()
    if known.sum() < FEWEST_LABELS:
        return ()
    rows, places = window.rows.filter(known), known.to_numpy()
    return quality_over_time(
        window.times.filter(known),
        target_values(rows[model.problem.target], model.classes),
        seen(window.prediction)[places],
        model.problem.metric,
    )
