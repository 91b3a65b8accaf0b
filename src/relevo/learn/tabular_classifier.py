"""`TabularClassifier`: classes of the rows of a table, as good as a budget allows."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from relevo.errors import OptionMistake
from relevo.learn.learner import Floats, Target
from relevo.learn.tabular import Tabular
from relevo.learn.tabular_target import read_labels, read_target, read_weights


class TabularClassifier(Tabular):
    """A classifier of tables that follows scikit-learn's contract.

    It prepares the table, searches over learners and their settings, and puts the best together
    with calibrated probabilities.

    Parameters
    ----------
    budget
        Wall time of `fit`, such as `"60s"` or `"5m"`, or seconds.
    seed
        Of everything random.
    trials
        How many configurations to try, whatever the time: the same seed then gives the identical
        model. Without it the time decides.
    learners
        `"auto"`, or which learners may be tried: `"linear"`, `"boosting"`, `"network"`, or several.
    max_latency_us
        What one prepared row may take, in microseconds.
    max_model_mb
        How large the model may be on disk, in 10^6 bytes.
    interpretable
        Whether each column must add to the score on its own.
    threads
        How many cores `fit` may use; all by default.
    ordered
        Whether the rows are in the order of time: the newest are then held back.
    verbose
        Whether each trial is told on standard error.

    Attributes
    ----------
    classes_
        The classes in order, shape `(n_classes,)`.
    leaderboard_, best_
        All trials, the best first, and the best one.
    n_features_in_
        How many columns `fit` has seen.
    feature_names_in_
        Their names, when they had some.
    predictor_, preparation_, contract_
        The model, what makes numbers of a table, and what each column may hold.

    Examples
    --------
    >>> rows = [[hour, "rain" if hour % 3 else "dry"] for hour in range(40)]
    >>> late = ["late" if rain == "rain" else "on time" for _, rain in rows]
    >>> model = TabularClassifier(trials=1).fit(rows, late)
    >>> model.predict([[7, "dry"], [8, "rain"]]).tolist()
    ['on time', 'late']

    """

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
