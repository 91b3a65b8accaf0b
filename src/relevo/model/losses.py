"""`losses`: what a model loses on each row whose target is known."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.model.model import Model
from relevo.score.metrics import row_losses
from relevo.train.target import target_of


def losses(model: Model, rows: pl.DataFrame) -> NDArray[np.float64]:
    """The log loss or squared error of a model on each row, shape `(n_rows,)`."""
    prediction = model.predict(rows)
    task = model.problem.task
    seen = prediction.values if prediction.probabilities is None else prediction.probabilities
    return row_losses(task, target_of(rows, model.problem, model.classes).values, seen)
