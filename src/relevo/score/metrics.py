"""`METRICS`: every figure that relevo computes, in one table."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from relevo.errors import ProblemMistake, nearest
from relevo.score.calibration import calibration_error
from relevo.score.classification import (
    accuracy_rows,
    balanced_accuracy,
    balanced_accuracy_influence,
    brier_rows,
    f1,
    f1_influence,
    log_loss_rows,
)
from relevo.score.ranking import (
    average_precision,
    average_precision_influence,
    roc_auc,
    roc_auc_influence,
)
from relevo.score.regression import (
    absolute_rows,
    median_error,
    pinball_rows,
    r2,
    r2_influence,
    rmse,
    rmse_influence,
    squared_rows,
)
from relevo.score.rows import Floats

Task = Literal["classification", "regression"]
Kind = Literal["log", "wilson", "median", "calibration"]
Needs = Literal["probabilities", "values"]
Rows = Callable[[Floats, Floats], Floats]
Influence = Callable[[Floats, Floats, Floats], Floats]


class Score(Protocol):
    """The figure of these rows."""

    def __call__(
        self, target: Floats, prediction: Floats, /, weight: Floats | None = None
    ) -> float: ...


@dataclass(frozen=True)
class Metric:
    """A figure: how it is computed, what it needs, and how sure one can be of it.

    Attributes
    ----------
    name, task
        Its name and the task it belongs to.
    needs
        What `prediction` is: `"probabilities"` `(n_rows, n_classes)`, or `"values"` `(n_rows,)`.
    function
        `(target, prediction, weight=None) -> float`; `target` `(n_rows,)`, floats, the position of
        the class in a classification. NaN where it is undefined on the rows.
    greater_is_better
        Its direction.
    span
        The lowest and the highest value that it can have.
    interval
        Kind of its interval; see `relevo.score.intervals`.
    influence
        `(target, prediction, weight) -> (n_rows,)`: what each row adds, if the interval needs it.
    by_class
        Whether it compares classes, so that each class is a sample of its own size.

    """

    name: str
    task: Task
    needs: Needs
    function: Score
    greater_is_better: bool = False
    span: tuple[float, float] = (0.0, math.inf)
    interval: Kind = "log"
    influence: Influence | None = None
    by_class: bool = False


def metric(name: str, task: str) -> Metric:
    """The metric of that name, for that task.

    Raises
    ------
    ProblemMistake
        When there is none; the nearest right name is in the message.

    """
    known = [m.name for m in METRICS.values() if m.task == task]
    if name not in known:
        raise ProblemMistake(
            "score.unknown_metric",
            name=name,
            task=task,
            known=", ".join(known),
            hint=nearest(name, known),
        )
    return METRICS[name]


def row_losses(
    task: str, target: Floats, prediction: Floats, weight: Floats | None = None
) -> Floats:
    """The loss of each row, `(n_rows,)`: log loss or squared error, what duels are fought on.

    With `weight`, each loss is multiplied by its row's weight over the mean weight, so that the
    plain mean of the result is the weighted mean loss.
    """
    rows = log_loss_rows if task == "classification" else squared_rows
    loss = rows(np.asarray(target, np.float64), np.asarray(prediction, np.float64))
    return loss if weight is None else loss * weight / np.mean(weight)


def _mean_of(rows: Rows) -> Score:
    def score(target: Floats, prediction: Floats, weight: Floats | None = None) -> float:
        return float(np.average(rows(target, prediction), weights=weight))

    return score


def _influence_of(rows: Rows) -> Influence:
    def influence(target: Floats, prediction: Floats, weight: Floats) -> Floats:
        each = rows(target, prediction)
        added: Floats = weight * (each - np.average(each, weights=weight)) / weight.sum()
        return added

    return influence


def _mean(name: str, task: Task, rows: Rows, highest: float = math.inf) -> Metric:
    needs: Needs = "probabilities" if task == "classification" else "values"
    mean, influence = _mean_of(rows), _influence_of(rows)
    return Metric(name, task, needs, mean, influence=influence, span=(0.0, highest))


def _share(name: str, function: Score, influence: Influence, by_class: bool = True) -> Metric:
    return Metric(
        name,
        "classification",
        "probabilities",
        function,
        greater_is_better=True,
        span=(0.0, 1.0),
        interval="wilson",
        influence=influence,
        by_class=by_class,
    )


_TABLE = (
    _mean("log_loss", "classification", log_loss_rows),
    _mean("brier", "classification", brier_rows, highest=2.0),
    _share("roc_auc", roc_auc, roc_auc_influence),
    _share("average_precision", average_precision, average_precision_influence),
    _share("accuracy", _mean_of(accuracy_rows), _influence_of(accuracy_rows), by_class=False),
    _share("f1", f1, f1_influence),
    _share("balanced_accuracy", balanced_accuracy, balanced_accuracy_influence),
    Metric(
        "calibration_error",
        "classification",
        "probabilities",
        calibration_error,
        span=(0.0, 1.0),
        interval="calibration",
    ),
    Metric("rmse", "regression", "values", rmse, influence=rmse_influence),
    _mean("mae", "regression", absolute_rows),
    Metric(
        "r2",
        "regression",
        "values",
        r2,
        greater_is_better=True,
        span=(-math.inf, 1.0),
        influence=r2_influence,
    ),
    Metric("median_error", "regression", "values", median_error, interval="median"),
    _mean("pinball", "regression", pinball_rows),
)
METRICS: dict[str, Metric] = {one.name: one for one in _TABLE}
