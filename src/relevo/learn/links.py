"""`probabilities`: from raw scores to probabilities."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from relevo.learn.learner import Floats


def probabilities(scores: Floats) -> Floats:
    """Probabilities of raw scores; the last axis holds one score, or one for each class.

    Examples
    --------
    >>> probabilities(np.array([0.0]))
    array([0.5, 0.5])

    """
    if scores.shape[-1] == 1:
        positive = expit(scores)
        return np.concatenate((1.0 - positive, positive), axis=-1)
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    normalised: Floats = shares / shares.sum(axis=-1, keepdims=True)
    return normalised
