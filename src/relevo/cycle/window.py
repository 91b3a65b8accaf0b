"""`Window`: the rows that are watched, what was predicted of them, and what came true."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.cycle.project import Project
from relevo.data.category_text import category_text
from relevo.data.conform import conform
from relevo.data.table import Table
from relevo.data.times import with_times
from relevo.errors import DataMistake
from relevo.learn.learner import Prediction
from relevo.model.model import Model
from relevo.score.evidence import Evidence
from relevo.store.records import PredictionRecord


@dataclass(frozen=True)
class Window:
    """Rows to watch, what was predicted of them, and which of them have an outcome.

    Attributes
    ----------
    rows
        The window.
    prediction
        One per row.
    labelled, labelled_prediction
        Rows with the target column filled, and what was predicted of them.
    times
        When each row happened, or was asked for; None where neither is known.
    labelled_at
        When each row's outcome came, null where it has none; None when that is not known.

    """

    rows: pl.DataFrame
    prediction: Prediction
    labelled: pl.DataFrame
    labelled_prediction: Prediction
    times: pl.Series | None = None
    labelled_at: pl.Series | None = None

    @property
    def days(self) -> float | None:
        """How long the rows last; None without times, or when it is no time at all."""
        if self.times is None or self.times.drop_nulls().is_empty():
            return None
        moments = self.times.drop_nulls().dt.epoch("s").to_numpy()
        lasts = float(moments.max() - moments.min()) / 86_400
        return lasts or None

    @property
    def logged(self) -> bool:
        """Whether the rows are predictions that were asked for, not a batch."""
        return self.labelled_at is not None

    @property
    def span(self) -> tuple[Any, Any] | None:
        """The oldest and the newest time."""
        if self.times is None or self.times.drop_nulls().is_empty():
            return None
        return self.times.min(), self.times.max()


@dataclass(frozen=True)
class Judged:
    """The rows that judged a model, what it says of them, and what that says of its quality."""

    rows: pl.DataFrame
    prediction: Prediction
    evidence: Evidence


def seen(prediction: Prediction) -> NDArray[np.float64]:
    """Probabilities of a classification, `(n_rows, n_classes)`, or numbers, `(n_rows,)`."""
    return prediction.values if prediction.probabilities is None else prediction.probabilities


def window_of(project: Project, model: Model, batch: Any = None) -> Window:
    """A batch, or the champion's newest predictions.

    Raises
    ------
    DataMistake
        When there is nothing to watch, or the batch lacks a column.

    """
    return _logged(project, model) if batch is None else _batch(batch, model)


def _batch(batch: Any, model: Model) -> Window:
    rows = Table.of(batch, model.problem.roles, folder=Path()).data
    target, time = model.problem.target, model.problem.roles.time
    if time in rows.columns:
        rows = with_times(rows, time, missing=True)
    known = (
        rows[target].is_not_null() if target in rows.columns else pl.Series([False] * rows.height)
    )
    times = rows[time].cast(pl.Datetime("us")) if time and time in rows.columns else None
    return _window(rows, model.predict(rows), known, times)


def _window(
    rows: pl.DataFrame,
    prediction: Prediction,
    known: pl.Series,
    times: pl.Series | None,
    labelled_at: pl.Series | None = None,
) -> Window:
    places = np.flatnonzero(known.to_numpy())
    probabilities = prediction.probabilities
    labelled = Prediction(
        prediction.values[places], None if probabilities is None else probabilities[places]
    )
    return Window(rows, prediction, rows.filter(known), labelled, times, labelled_at)


def _logged(project: Project, model: Model) -> Window:
    """The champion's newest predictions: at most `watch.window_rows`, of `watch.window_days`."""
    rules, time = project.problem.watch, model.problem.roles.time
    since = project.now() - timedelta(days=rules.window_days) if rules.window_days else None
    records = project.store.predictions(since=since, version=model.version, limit=rules.window_rows)
    if not records:
        raise DataMistake("cycle.nothing_to_watch", version=model.version)
    places = {record.prediction_id: place for place, record in enumerate(records)}
    outcomes: list[str | None] = [None] * len(records)
    came: list[datetime | None] = [None] * len(records)
    for one in project.store.labelled(since=records[0].at):
        if one.prediction.prediction_id in places:
            place = places[one.prediction.prediction_id]
            outcomes[place] = category_text(one.target)
            came[place] = one.labelled_at.astimezone(UTC).replace(tzinfo=None)
    target = pl.Series(model.problem.target, outcomes, pl.String)
    rows = _rows(records, model).with_columns(target)
    if time and time in rows.columns:
        times = rows[time].cast(pl.Datetime("us"))
    else:
        asked = [record.at.astimezone(UTC).replace(tzinfo=None) for record in records]
        times = pl.Series(asked, dtype=pl.Datetime("us"))
    labelled_at = pl.Series(came, dtype=pl.Datetime("us"))
    known = target.is_not_null()
    return _window(rows, _logged_prediction(records, model), known, times, labelled_at)


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
