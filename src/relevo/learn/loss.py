"""`mean_loss`: what learners and searches choose by."""

from __future__ import annotations

import numpy as np

from relevo.learn.learner import Prediction, Target

_LEAST_PROBABILITY = 1e-15


def mean_loss(prediction: Prediction, target: Target) -> float:
    """Mean log loss of a classification or mean squared error of a regression, weighted.

    Examples
    --------
    >>> target = Target(np.array([1.0, 3.0]))
    >>> mean_loss(Prediction(np.array([1.0, 1.0])), target)
    2.0

    """
    if prediction.probabilities is None:
        losses = (prediction.values - target.values) ** 2
    else:
        own = prediction.probabilities[np.arange(len(target)), target.values.astype(np.intp)]
        losses = -np.log(np.maximum(own, _LEAST_PROBABILITY))
    return float(np.average(losses, weights=target.weight))
