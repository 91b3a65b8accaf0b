"""`figures`: every metric of a task on some rows, as evidence."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from relevo.score.as_judged import as_judged
from relevo.score.evidence import Evidence, Figure
from relevo.score.intervals import interval
from relevo.score.metrics import METRICS, Metric, metric
from relevo.score.rows import Floats, block_codes, check_rows


class Predicted(Protocol):
    """What a predictor says of each row; `relevo.learn.learner.Prediction` is one."""

    @property
    def values(self) -> Floats:
        """Shape `(n_rows,)`."""
        ...

    @property
    def probabilities(self) -> Floats | None:
        """Shape `(n_rows, n_classes)`, for a classification."""
        ...


def figures(
    task: str,
    target: Floats,
    prediction: Predicted,
    weight: Floats | None = None,
    blocks: ArrayLike | None = None,
    on: str = "judged",
    seed: int = 0,
    first: str | None = None,
    threshold: float = 0.5,
) -> Evidence:
    """Every metric of the task, with its interval, the metric `first` at the head.

    Parameters
    ----------
    task
        `"classification"` or `"regression"`.
    target
        Shape `(n_rows,)`: the number, or the position of the row's class.
    prediction
        What was predicted of these rows.
    weight, blocks, seed
        As `relevo.score.intervals.interval` takes them.
    on
        What the rows are called in the evidence.
    first
        The headline metric; default log loss or RMSE.
    threshold
        Of two classes, the probability from which a row is called positive: accuracy, balanced
        accuracy and F1 judge these calls.

    Raises
    ------
    DataMistake
        When rows are missing or do not fit together.
    ProblemMistake
        When there is no metric `first` for the task.

    """
    target = np.asarray(target, dtype=np.float64)
    weight = None if weight is None else np.asarray(weight, dtype=np.float64)
    classification = task == "classification"
    seen = prediction.probabilities if classification else prediction.values
    seen = np.asarray(seen, dtype=np.float64)
    check_rows(target, seen, weight, classification)
    codes = None if blocks is None else block_codes(blocks, len(target))
    metrics = [m for m in METRICS.values() if m.task == task]
    if first is not None:
        head = metric(first, task)
        metrics.sort(key=lambda one: one is not head)

    def figure(one: Metric) -> Figure:
        judged = as_judged(one, seen, threshold)
        low, high, how = interval(one, target, judged, weight, blocks=codes, seed=seed)
        value = one.function(target, judged, weight)
        return Figure(one.name, value, (low, high), len(target), on, how)

    return Evidence(tuple(figure(one) for one in metrics))
