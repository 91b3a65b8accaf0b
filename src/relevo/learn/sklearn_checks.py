"""`expected_failed_checks`: which of scikit-learn's checks an estimator does not pass, and why."""

from __future__ import annotations

from relevo.learn.tabular import Tabular

_WEIGHTS = (
    "Rows are held back to choose models and to calibrate them; a row that comes twice may be "
    "both learnt from and held back, a row of weight 2 may not. Rows of weight 0 are left out."
)
_TIME = "Without `trials` the clock decides how much is tried, so two fits may differ."
_ALWAYS = {
    "check_sample_weight_equivalence_on_dense_data": _WEIGHTS,
    "check_sample_weight_equivalence_on_sparse_data": _WEIGHTS,
}
_WITHOUT_TRIALS = {
    "check_classifier_data_not_an_array": _TIME,
    "check_fit_idempotent": _TIME,
    "check_regressor_data_not_an_array": _TIME,
    "check_regressors_int": _TIME,
    "check_supervised_y_2d": _TIME,
}


def expected_failed_checks(estimator: Tabular) -> dict[str, str]:
    """The names of the checks and the reasons, for `sklearn.utils.estimator_checks`.

    Parameters
    ----------
    estimator
        With `trials`, fewer fail: it then gives the same model every time.

    Examples
    --------
    >>> from relevo.learn import TabularClassifier
    >>> len(expected_failed_checks(TabularClassifier(trials=1)))
    2

    """
    return _ALWAYS if estimator.trials else _ALWAYS | _WITHOUT_TRIALS
