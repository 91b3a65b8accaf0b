"""`watched_quality`: what the quality of a window is likely to be, and what its outcomes say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.cycle.watched import FEWEST_LABELS
from relevo.cycle.window import Judged, Window, seen
from relevo.errors import ProblemMistake
from relevo.model.model import Model
from relevo.picture import Section
from relevo.problem.problem import Problem
from relevo.train.target import target_values
from relevo.validate.expected.quality_estimator import LEAST_ROWS, QualityEstimator
from relevo.watch.completeness import PeriodLabels, completeness
from relevo.watch.estimated_over_time import estimated_over_time
from relevo.watch.estimated_signal import estimated_signal
from relevo.watch.label_weights import FEWEST, LabelWeights, label_weights
from relevo.watch.over_time import Period, quality_over_time
from relevo.watch.page_quality import quality_section
from relevo.watch.signals import Signal

Floats = NDArray[np.float64]

_MOST_ROWS = 6_000  # of either side of an estimate: more make it slower, hardly surer

# Judged rows like the new ones: where fewer are, weights make an estimate worse, and calibration
# alone stays.
_FEWEST_ALIKE = 500


@dataclass(frozen=True)
class WatchedQuality:
    """The signals, the section of the page, and the labelled rows' weights (None: all the same)."""

    signals: tuple[Signal, ...]
    section: Section | None
    weights: Floats | None


def watched_quality(window: Window, model: Model, judged: Judged, now: datetime) -> WatchedQuality:
    """Quality before outcomes, and who gets an outcome.

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
        places = _some(window.rows.height)
        rows = model.predictors(window.rows[places])
        found = full.estimate(seen(window.prediction)[places], rows)
        if found.effective_rows < _FEWEST_ALIKE:
            found = blind.estimate(seen(window.prediction))
        signals.append(estimated_signal(found, judged.evidence[problem.metric], alpha))
        cautions.append(found.caution)
    if weights is not None:
        signals.append(weights.signal())
    mass = weights.weights if weights is not None and weights.selected else None
    section = _section(window, model, blind, now, cautions)
    return WatchedQuality(tuple(signals), section, mass)


def _estimator(model: Model, judged: Judged, columns: bool) -> QualityEstimator | None:
    problem = model.problem
    places = _some(judged.rows.height)
    rows = judged.rows[places]
    if rows.height < LEAST_ROWS:
        return None
    try:
        return QualityEstimator(
            problem.metric,
            seen(judged.prediction)[places],
            target_values(rows[problem.target], model.classes),
            model.predictors(rows) if columns else None,
        )
    except ProblemMistake:  # a metric that only outcomes can tell
        return None


def _some(rows: int) -> NDArray[np.intp]:
    if rows <= _MOST_ROWS:
        return np.arange(rows)
    return np.sort(np.random.default_rng(0).choice(rows, _MOST_ROWS, replace=False))


def _known(window: Window, problem: Problem) -> NDArray[np.bool_]:
    if problem.target not in window.rows.columns:
        return np.zeros(window.rows.height, dtype=bool)
    return window.rows[problem.target].is_not_null().to_numpy()


def _weights(window: Window, model: Model) -> LabelWeights | None:
    known = _known(window, model.problem)
    if min(known.sum(), (~known).sum()) < FEWEST:
        return None
    return label_weights(model.predictors(window.rows), seen(window.prediction), known)


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
