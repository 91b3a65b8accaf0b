"""`Regressor`: what estimators of numbers share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from relevo.learn.estimator import Estimator
from relevo.learn.learner import Floats, Target
from relevo.learn.tabular_target import read_numbers, read_target, read_weights


class Regressor(Estimator):
    """Base of regressors."""

    task = "regression"

    def predict(self, X: Any) -> Floats:
        """The number of each row, shape `(n_rows,)`.

        Raises
        ------
        DataMistake
            When the columns are other ones than at `fit`, or a value is not of its column's type.

        """
        return self._fitted().predict(self._matrix(X)).values

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """R2: the share of the variance that is explained, weighted."""
        predicted = self.predict(X)
        actual = read_numbers(read_target(y, len(predicted)))
        weight = read_weights(sample_weight, len(predicted))
        error = float(np.average((actual - predicted) ** 2, weights=weight))
        mean = np.average(actual, weights=weight)
        variance = float(np.average((actual - mean) ** 2, weights=weight))
        if variance == 0.0:
            return 1.0 if error == 0.0 else 0.0
        return 1.0 - error / variance

    def _read(self, y: NDArray[Any]) -> tuple[Target, dict[str, Any]]:
        return Target(read_numbers(y)), {}
