"""`as_judged`: probabilities as a metric judges them, chances or what the rows are called."""

from __future__ import annotations

import numpy as np

from relevo.score.metrics import Metric
from relevo.score.rows import Floats

_OF_CALLS = ("accuracy", "balanced_accuracy", "f1")


def as_judged(metric: Metric, prediction: Floats, threshold: float) -> Floats:
    """Certainty in place of probability where a metric of two classes judges calls.

    Parameters
    ----------
    metric
        What judges.
    prediction
        Probabilities `(n_rows, n_classes)`, or values `(n_rows,)`.
    threshold
        The probability from which a row is called positive.

    Examples
    --------
    >>> from relevo.score.metrics import METRICS
    >>> chance = np.array([[0.7, 0.3]])
    >>> as_judged(METRICS["f1"], chance, 0.2).tolist()
    [[0.0, 1.0]]
    >>> as_judged(METRICS["roc_auc"], chance, 0.2).tolist()
    [[0.7, 0.3]]

    """
    if metric.name not in _OF_CALLS or prediction.ndim != 2 or prediction.shape[1] != 2:
        return prediction
    positive = (prediction[:, 1] >= threshold).astype(np.float64)
    return np.column_stack([1 - positive, positive])
