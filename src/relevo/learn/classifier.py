"""`Classifier`: what estimators of classes share."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relevo.errors import OptionMistake
from relevo.learn.estimator import Estimator
from relevo.learn.learner import Floats, Target
from relevo.learn.tabular_target import read_labels, read_target, read_weights


class Classifier(Estimator):
    """Base of classifiers."""

    task = "classification"

    classes_: NDArray[Any]

    def predict(self, X: Any, costs: tuple[float, float] | None = None) -> NDArray[Any]:
        """The most probable class of each row, shape `(n_rows,)`, or the one that costs least.

        Parameters
        ----------
        X
            Shape `(n_rows, n_columns)`.
        costs
            Of two classes: what it costs to call a row the second one when it is the first, and the
            first when it is the second. Probabilities are calibrated, so the threshold follows from
            the costs (Elkan, 2001), and rare classes need no other weights in training.

        Raises
        ------
        OptionMistake
            When there are not two classes, or the costs are not two numbers of which one is above
            zero and none below.
        DataMistake
            When the columns are other ones than at `fit`, or a value is not of its column's type.

        """
        threshold = None if costs is None else self._threshold(costs)
        prediction = self._fitted().predict(self._matrix(X))
        places = prediction.values.astype(np.intp)
        if threshold is not None:
            assert prediction.probabilities is not None
            places = (prediction.probabilities[:, -1] >= threshold).astype(np.intp)
        labels: NDArray[Any] = self.classes_[places]
        return labels

    def predict_proba(self, X: Any) -> Floats:
        """The probability of each class, in the order of `classes_`; `(n_rows, n_classes)`.

        Raises
        ------
        DataMistake
            As `predict`.

        """
        probabilities = self._fitted().predict(self._matrix(X)).probabilities
        assert probabilities is not None
        return probabilities

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """The share of rows whose class is predicted, weighted."""
        predicted = self.predict(X)
        right = predicted == read_target(y, len(predicted))
        return float(np.average(right, weights=read_weights(sample_weight, len(predicted))))

    def _threshold(self, costs: tuple[float, float]) -> float:
        self._fitted()
        if len(self.classes_) != 2:
            raise OptionMistake("learn.costs_of_two", classes=len(self.classes_))
        try:
            false, missed = (float(cost) for cost in costs)
        except (TypeError, ValueError):
            raise OptionMistake("learn.bad_costs", costs=costs) from None
        if not (0 <= false < inf and 0 <= missed < inf and false + missed > 0):
            raise OptionMistake("learn.bad_costs", costs=costs)
        return false / (false + missed)

    def _read(self, y: NDArray[Any]) -> tuple[Target, dict[str, Any]]:
        classes, positions = read_labels(y)
        return Target(positions, tuple(classes.tolist())), {"classes_": classes}
