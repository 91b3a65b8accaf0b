"""scikit-learn's contract: its own checks of both estimators."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import pytest
from sklearn.utils.estimator_checks import estimator_checks_generator

from relevo.train import StratifiedClassifier, StratifiedRegressor
from relevo.train.stratified.estimator import Stratified

ESTIMATORS = [
    StratifiedRegressor(),
    StratifiedRegressor(loss="huber"),
    StratifiedClassifier(),
]


def cases() -> list[object]:
    """What `parametrize_with_checks` makes, without its advice to inherit from BaseEstimator."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Estimator .* does not inherit", UserWarning)
        return [case for one in ESTIMATORS for case in estimator_checks_generator(one)]


def name_of(case: object) -> str:
    check = getattr(case, "func", None)
    return check.__name__ if check else repr(case)


@pytest.mark.parametrize(("estimator", "check"), cases(), ids=name_of)
def test_the_checks_of_scikit_learn(
    estimator: Stratified, check: Callable[[Stratified], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELEVO_LANG", "en")  # the checks read messages
    check(estimator)
