"""Permutation importance: how much worse the model gets when a column is shuffled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from relevo.data.conform import conform
from relevo.explain.attributions import attributions
from relevo.model.model import Model
from relevo.score.metrics import metric as metric_named
from relevo.train.target import target_of

_MOST_ROWS = 4_000
_MOST_ROWS_ATTRIBUTED = 500


@dataclass(frozen=True)
class ColumnImportance:
    """What the model owes to one column.

    Attributes
    ----------
    column
        Its name.
    importance
        How much the metric worsens when the column's values are shuffled among the judged rows.
    interval
        Low and high end over the repetitions, 95 % by the t distribution.
    attribution
        The mean absolute contribution to the score (see `Attributions`).

    """

    column: str
    importance: float
    interval: tuple[float, float]
    attribution: float


def importance(
    model: Model, judged: pl.DataFrame, repeats: int = 5, seed: int = 0
) -> tuple[ColumnImportance, ...]:
    """The importance of each column on rows that nobody trained on, the most important first.

    Breiman (2001), Random Forests, Machine Learning 45; each column is shuffled whole, so the
    parts of a date or the words of a text move together.

    Parameters
    ----------
    model
        The model that is explained.
    judged
        Rows whose target is known; of more than 4,000 a sample is taken.
    repeats
        Shuffles per column.
    seed
        Of the sample and the shuffles.

    """
    if judged.height > _MOST_ROWS:
        judged = judged.sample(_MOST_ROWS, seed=seed)
    measure = metric_named(model.problem.metric, model.problem.task)
    sign = 1.0 if measure.greater_is_better else -1.0
    target = target_of(judged, model.problem, model.classes)
    frame = conform(judged, model.contract)
    matrix = model.preparation.table(frame)
    random = np.random.default_rng(seed)

    def worth(values: np.ndarray) -> float:
        shuffled = model.predictor.predict(
            type(matrix)(values, matrix.features, matrix.columns, matrix.categories)
        )
        seen = shuffled.values if measure.needs == "values" else shuffled.probabilities
        return sign * measure.function(target.values, seen, target.weight)  # type: ignore[arg-type]

    whole = worth(matrix.values)
    shares = _mean_attributions(model, frame, seed)
    found = []
    for column in dict.fromkeys(matrix.columns):
        places = [place for place, name in enumerate(matrix.columns) if name == column]
        losses = np.empty(repeats)
        for repeat in range(repeats):
            values = matrix.values.copy()
            values[:, places] = values[random.permutation(len(values))][:, places]
            losses[repeat] = whole - worth(values)
        found.append(_summed(column, losses, shares.get(column, 0.0)))
    return tuple(sorted(found, key=lambda one: -one.importance))


def _summed(column: str, losses: np.ndarray, attribution: float) -> ColumnImportance:
    from scipy.special import stdtrit

    mean, count = float(losses.mean()), len(losses)
    if count < 2:
        return ColumnImportance(column, mean, (mean, mean), attribution)
    reach = float(stdtrit(count - 1, 0.975) * losses.std(ddof=1) / np.sqrt(count))
    return ColumnImportance(column, mean, (mean - reach, mean + reach), attribution)


def _mean_attributions(model: Model, frame: pl.DataFrame, seed: int) -> dict[str, float]:
    if frame.height > _MOST_ROWS_ATTRIBUTED:
        frame = frame.sample(_MOST_ROWS_ATTRIBUTED, seed=seed)
    parts = attributions(model, model.matrix(frame))
    means = np.abs(parts.values).mean(axis=0)
    return dict(zip(parts.columns, means.tolist(), strict=True))
