"""`Calibration`: raw scores bent to probabilities that can be trusted, on rows held back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from relevo.learn.learner import Floats, Target
from relevo.learn.links import score_loss

_MOST_ROWS = 50_000
_NATS_FOR_A_PARAMETER = 1.0  # Akaike (1974): what a parameter gains by fitting noise


@dataclass(frozen=True)
class Calibration:
    """`slope * score + shift`.

    Attributes
    ----------
    slope
        Below 1 when the scores are too sure (the inverse of a temperature, Guo et al., 2017).
    shift
        For two classes: how much too rare or too frequent the second one seems (Platt, 1999).

    """

    slope: float = 1.0
    shift: float = 0.0

    def __call__(self, scores: Floats) -> Floats:
        """The calibrated scores, in the shape of the given ones."""
        return self.slope * scores + self.shift

    @classmethod
    def fit(cls, scores: Floats, target: Target) -> Calibration:
        """The calibration of a classifier's scores; none where it would only fit noise.

        Parameters
        ----------
        scores
            Of rows that the classifier was not trained on, `(n_rows, n_outputs)`.
        target
            Of these rows; a regression is left as it is.

        """
        from scipy.optimize import minimize  # who only predicts need not have it in memory

        if not target.classes:
            return cls()
        rows = slice(None, None, 1 + len(target) // _MOST_ROWS)
        scores, target = scores[rows], target.take(rows)
        start = np.zeros(2 if scores.shape[1] == 1 else 1)

        def loss(bent: Floats) -> float:
            return score_loss(np.exp(bent[0]) * scores + bent[1:].sum(), target)

        found = minimize(loss, start, method="Nelder-Mead", options={"maxiter": 60}).x
        if (loss(start) - loss(found)) * len(target) < _NATS_FOR_A_PARAMETER * len(start):
            return cls()
        return cls(float(np.exp(found[0])), float(found[1:].sum()))
