"""`watch`: drift and realised quality of the newest window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.cycle.project import Project
from relevo.cycle.recorded import recorded
from relevo.cycle.results import WatchResult
from relevo.data.category_text import category_text
from relevo.data.conform import conform
from relevo.data.table import Table
from relevo.data.times import with_times
from relevo.data.whole_file import write_whole
from relevo.errors import DataMistake
from relevo.learn.learner import Prediction
from relevo.model.folder import model_table
from relevo.model.losses import losses
from relevo.model.model import Model
from relevo.score.metrics import row_losses
from relevo.store.records import PredictionRecord, SignalRecord
from relevo.train.blocks import blocks_of
from relevo.train.segment_names import segment_names
from relevo.train.target import target_values
from relevo.watch.by_segment import drift_by_segment, quality_by_segment
from relevo.watch.drift import Drift, drift
from relevo.watch.over_time import Period, quality_over_time
from relevo.watch.page import watch_page
from relevo.watch.quality import realised_quality
from relevo.watch.signals import Signal, signals_of

_FEWEST_LABELS = 30
_MOST_CALM_SEGMENTS = 10  # that are told of; of a hundred places only the others matter


@dataclass(frozen=True)
class _Window:
    """Rows to watch, what was predicted of them, and which of them have an outcome.

    Attributes
    ----------
    rows
        The window.
    prediction
        One per row.
    labelled, labelled_prediction
        Rows with the target column filled, and what was predicted of them.

    """

    rows: pl.DataFrame
    prediction: Prediction
    labelled: pl.DataFrame
    labelled_prediction: Prediction


def watch(project: Project, batch: Any = None) -> WatchResult:
    """Compare a batch, or the predictions logged lately, with what the champion was trained on.

    Raises
    ------
    DataMistake
        When there is nothing to watch, or the batch lacks a column.

    """
    with recorded(project, "watch"):
        model = project.model()
        window = _logged(project, model) if batch is None else _batch(batch, model)
        folder = project.model_folder()
        reference, judged = model_table(folder, "reference"), model_table(folder, "judged")
        rules = project.problem.watch
        before, after = model.predictors(reference), model.predictors(window.rows)
        moved = drift(before, after, rules.alpha).at_least(rules.min_size)
        said = drift(
            _prediction_frame(model.predict(judged), model),
            _prediction_frame(window.prediction, model),
            rules.alpha,
        ).at_least(rules.min_size)
        signals = [
            *signals_of(moved),
            *signals_of(said, "prediction"),
            *_quality(window, model, rules.alpha),
            *_by_segment(window, reference, judged, model, moved),
        ]
        project.store.add_signals(
            project.now(),
            [SignalRecord(s.kind, s.column, s.size, s.p_value, s.alarm) for s in signals],
        )
        page = project.pages / "watch.html"
        write_whole(
            page,
            watch_page(
                project.problem.name,
                signals,
                moved,
                before,
                after,
                _periods(window, model),
                project.problem.metric,
            ),
        )
        return WatchResult(
            alarm=any(signal.alarm for signal in signals),
            signals=tuple(signals),
            rows=window.rows.height,
            version=model.version,
            page=str(page),
        )


def _batch(batch: Any, model: Model) -> _Window:
    rows = Table.of(batch, model.problem.roles, folder=Path()).data
    target, time = model.problem.target, model.problem.roles.time
    if time in rows.columns:
        rows = with_times(rows, time, missing=True)
    known = (
        rows[target].is_not_null() if target in rows.columns else pl.Series([False] * rows.height)
    )
    return _window(rows, model.predict(rows), known)


def _window(rows: pl.DataFrame, prediction: Prediction, known: pl.Series) -> _Window:
    places = np.flatnonzero(known.to_numpy())
    probabilities = prediction.probabilities
    labelled = Prediction(
        prediction.values[places], None if probabilities is None else probabilities[places]
    )
    return _Window(rows, prediction, rows.filter(known), labelled)


def _logged(project: Project, model: Model) -> _Window:
    """The champion's newest predictions: at most `watch.window_rows`, of `watch.window_days`."""
    rules = project.problem.watch
    since = project.now() - timedelta(days=rules.window_days) if rules.window_days else None
    records = project.store.predictions(since=since, version=model.version, limit=rules.window_rows)
    if not records:
        raise DataMistake("cycle.nothing_to_watch", version=model.version)
    places = {record.prediction_id: place for place, record in enumerate(records)}
    outcomes: list[str | None] = [None] * len(records)
    for one in project.store.labelled():
        if one.prediction.prediction_id in places:
            outcomes[places[one.prediction.prediction_id]] = category_text(one.target)
    target = pl.Series(model.problem.target, outcomes, pl.String)
    rows = _rows(records, model).with_columns(target)
    return _window(rows, _logged_prediction(records, model), target.is_not_null())


def _rows(records: list[PredictionRecord], model: Model) -> pl.DataFrame:
    frame = pl.DataFrame([record.row for record in records], infer_schema_length=None)
    return conform(frame, model.contract)


def _logged_prediction(records: list[PredictionRecord], model: Model) -> Prediction:
    if not model.classes:
        return Prediction(np.array([one.prediction["value"] for one in records], dtype=float))
    labels = [str(label) for label in model.classes]
    probabilities = np.array(
        [[one.prediction["probabilities"][label] for label in labels] for one in records]
    )
    return Prediction(probabilities.argmax(axis=1).astype(float), probabilities)


def _prediction_frame(prediction: Prediction, model: Model) -> pl.DataFrame:
    """What the model says, as columns to compare: numbers, or the probability of each class."""
    if prediction.probabilities is None:
        return pl.DataFrame({"prediction": prediction.values})
    named = enumerate(model.classes) if not model.binary else [(1, model.classes[1])]
    return pl.DataFrame(
        {f"probability_{label}": prediction.probabilities[:, place] for place, label in named}
    )


def _quality(window: _Window, model: Model, alpha: float) -> list[Signal]:
    if window.labelled.height < _FEWEST_LABELS:
        return []
    problem, prediction = model.problem, window.labelled_prediction
    seen = prediction.values if prediction.probabilities is None else prediction.probabilities
    realised = realised_quality(
        problem.task,
        problem.metric,
        target_values(window.labelled[problem.target], model.classes),
        seen,
        model.evidence[problem.metric],
        blocks=blocks_of(window.labelled, problem),
        alpha=alpha,
    )
    return [realised.signal]


def _by_segment(
    window: _Window, reference: pl.DataFrame, judged: pl.DataFrame, model: Model, moved: Drift
) -> list[Signal]:
    """The segments in which rows have moved otherwise than all, or the model has become worse."""
    problem = model.problem
    now, before = segment_names(window.rows, problem), segment_names(reference, problem)
    if now is None or before is None:
        return []
    alpha, everywhere = problem.watch.alpha, {c.column for c in moved.columns if c.alarm}
    former, newest = (
        model.predictors(rows).drop(*everywhere, *problem.roles.segment, strict=False)
        for rows in (reference, window.rows)
    )
    found: list[Signal] = []
    if any(one.column in former.columns for one in moved.columns):
        found += drift_by_segment(former, newest, before, now, alpha, problem.watch.min_size)
    labelled = window.labelled
    names = segment_names(labelled, problem)
    names_before = segment_names(judged, problem)
    if labelled.height >= _FEWEST_LABELS and names is not None and names_before is not None:
        found += quality_by_segment(
            names,
            _losses(labelled, window.labelled_prediction, model),
            names_before,
            losses(model, judged),
            blocks_of(labelled, problem),
            blocks_of(judged, problem),
            alpha,
        )
    calm = [one for one in found if not one.alarm]
    return [one for one in found if one.alarm] + calm[:_MOST_CALM_SEGMENTS]


def _losses(rows: pl.DataFrame, prediction: Prediction, model: Model) -> NDArray[np.float64]:
    seen = prediction.values if prediction.probabilities is None else prediction.probabilities
    target = target_values(rows[model.problem.target], model.classes)
    return row_losses(model.problem.task, target, seen)


def _periods(window: _Window, model: Model) -> tuple[Period, ...]:
    """The realised quality by month, of the rows that have times and outcomes."""
    problem, prediction = model.problem, window.labelled_prediction
    if not problem.roles.time:
        return ()
    timed = window.labelled[problem.roles.time].is_not_null()
    if timed.sum() < _FEWEST_LABELS:
        return ()
    labelled = window.labelled.filter(timed)
    seen = prediction.values if prediction.probabilities is None else prediction.probabilities
    return quality_over_time(
        labelled[problem.roles.time],
        target_values(labelled[problem.target], model.classes),
        seen[timed.to_numpy()],
        problem.metric,
    )
