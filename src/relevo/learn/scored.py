"""`Scored`: the part of a predictor that follows from its raw scores."""

from __future__ import annotations

from typing import Any

import numpy as np

from relevo.learn.learner import Floats, Prediction
from relevo.learn.links import prediction, probabilities
from relevo.prepare.matrix import Matrix


class Scored:
    """Base of predictors that give raw scores: log-odds, logits, or the number itself."""

    features: tuple[str, ...]
    classes: tuple[Any, ...]

    def scores(self, matrix: Matrix) -> Floats:
        """Raw scores, shape `(n_rows, n_outputs)`."""
        raise NotImplementedError

    def scores_row(self, values: Floats) -> Floats:
        """Raw scores `(n_outputs,)` of one row `(n_features,)`."""
        raise NotImplementedError

    def contributions(self, matrix: Matrix) -> Floats:
        """What each feature adds, `(n_rows, n_outputs, n_features + 1)`, the base value last."""
        raise NotImplementedError

    def contributions_row(self, values: Floats) -> Floats:
        """The same of one row `(n_features,)`, shape `(n_outputs, n_features + 1)`."""
        rows = Matrix(values[np.newaxis], self.features, self.features, {})
        return np.asarray(self.contributions(rows)[0])

    def sampled_contributions(self, matrix: Matrix) -> tuple[Floats, Floats | None]:
        """`contributions`, and their standard errors; None where they are exact."""
        return self.contributions(matrix), None

    def predict(self, matrix: Matrix) -> Prediction:
        """The prediction for each row of the matrix."""
        return prediction(self.scores(matrix), self.classes)

    def predict_row(self, values: Floats) -> Floats:
        """Probabilities `(n_classes,)`, or the number as shape `(1,)`, of one row."""
        scores = self.scores_row(values)
        return probabilities(scores) if self.classes else scores
