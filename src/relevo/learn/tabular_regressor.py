"""`TabularRegressor`: numbers for the rows of a table, as good as a budget allows."""

from __future__ import annotations

from typing import Any

import numpy as np

from relevo.errors import OptionMistake
from relevo.learn.learner import Floats
from relevo.learn.regressor import Regressor
from relevo.learn.tabular import Tabular


class TabularRegressor(Regressor, Tabular):
    """A regressor of tables that follows scikit-learn's contract, with prediction intervals.

    Parameters and attributes are those of `TabularClassifier`, without `classes_`.

    Examples
    --------
    >>> rows = [[hour, "rain" if hour % 3 else "dry"] for hour in range(60)]
    >>> minutes = [10.0 + hour + 5.0 * (rain == "rain") for hour, rain in rows]
    >>> model = TabularRegressor(trials=1).fit(rows, minutes)
    >>> bool(model.score(rows, minutes) > 0.9)
    True
    >>> low, high = model.predict_interval(rows, coverage=0.8)[0]
    >>> bool(low < high)
    True

    """

    def predict_interval(self, X: Any, coverage: float = 0.9) -> Floats:
        """Low and high ends that hold the true number with this probability.

        Conformal (Vovk et al., 2005), on rows that the models were not trained on.

        Parameters
        ----------
        X
            Shape `(n_rows, n_columns)`.
        coverage
            The share of true numbers that lie inside, between 0 and 1.

        Returns
        -------
        ndarray
            Shape `(n_rows, 2)`.

        Raises
        ------
        OptionMistake
            When the coverage is no share.
        DataMistake
            As `predict`.

        """
        if not 0.0 < coverage < 1.0:
            raise OptionMistake("learn.bad_coverage", coverage=coverage)
        predictor: Any = self._fitted()  # the search gives one that has intervals
        return np.asarray(predictor.interval(self._matrix(X), coverage))
