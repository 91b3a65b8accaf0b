"""scikit-learn's contract: its own checks, and the tools that people put estimators into."""

from __future__ import annotations

import pickle
import subprocess
import sys
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.utils.estimator_checks import estimator_checks_generator

from relevo.learn import TabularClassifier, TabularRegressor, expected_failed_checks
from relevo.learn.tabular import Tabular

# With `trials` the same rows give the same model, which several checks ask for.
ESTIMATORS = [TabularClassifier(trials=1), TabularRegressor(trials=1)]


def cases() -> list[object]:
    """What `parametrize_with_checks` makes, without its advice to inherit from BaseEstimator."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Estimator .* does not inherit", UserWarning)
        return [
            case
            for one in ESTIMATORS
            for case in estimator_checks_generator(
                one, expected_failed_checks=expected_failed_checks(one), mark="xfail"
            )
        ]


def name_of(case: object) -> str:
    check = getattr(case, "func", None)
    return check.__name__ if check else type(case).__name__


@pytest.mark.parametrize(("estimator", "check"), cases(), ids=name_of)
def test_the_checks_of_scikit_learn(
    estimator: Tabular, check: Callable[[Tabular], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELEVO_LANG", "en")  # the checks read messages
    check(estimator)


def rows(n: int = 90) -> tuple[pd.DataFrame, np.ndarray]:
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"x": random.normal(size=n), "c": random.choice(["a", "b"], n)})
    return frame, frame["x"].to_numpy() + 2.0 * (frame["c"] == "a").to_numpy()


def test_without_trials_a_few_more_may_fail_for_time_is_never_the_same() -> None:
    few, more = (expected_failed_checks(TabularRegressor(trials=t)) for t in (1, None))
    assert few.items() < more.items()
    assert all(len(reason) > 20 for reason in more.values())


def test_a_clone_has_the_arguments_and_nothing_learnt() -> None:
    fitted = TabularRegressor(trials=1, learners=("linear",)).fit(*rows())
    again = clone(fitted)
    assert again.get_params() == fitted.get_params()
    assert not hasattr(again, "predictor_")
    assert is_regressor(again)
    assert is_classifier(clone(TabularClassifier()))


def test_cross_validation_and_a_grid() -> None:
    frame, y = rows()
    scores = cross_val_score(TabularRegressor(trials=1), frame, y, cv=3, error_score="raise")
    assert scores.min() > 0.9
    grid = GridSearchCV(TabularClassifier(trials=1), {"seed": [0, 1]}, cv=2, error_score="raise")
    grid.fit(frame, y > 0)
    assert grid.best_score_ > 0.8
    assert grid.predict(frame).dtype == bool


def test_in_a_pipeline_with_sparse_columns() -> None:
    frame, y = rows()
    columns = ColumnTransformer(
        [("c", OneHotEncoder(), ["c"]), ("x", StandardScaler(), ["x"])], sparse_threshold=1.0
    )
    pipeline = make_pipeline(columns, TabularRegressor())
    pipeline.set_params(tabularregressor__trials=1)
    assert pipeline.fit(frame, y).score(frame, y) > 0.9
    assert "TabularRegressor" in pipeline._repr_html_()


def test_before_fit_it_is_scikit_learns_own_exception() -> None:
    with pytest.raises(NotFittedError, match="TabularRegressor") as caught:
        TabularRegressor().predict([[1.0]])
    again = pickle.loads(pickle.dumps(caught.value))  # as it comes back from another process
    assert str(again) == str(caught.value)


def test_scikit_learn_is_not_needed_and_nothing_heavy_is_loaded_before_it_is_used() -> None:
    code = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("sklearn", "pandas"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
import relevo.learn
print(*sys.modules)
from relevo.learn import TabularClassifier
rows = [[i, "a" if i % 2 else "b"] for i in range(30)]
model = TabularClassifier(trials=2)
try:
    model.predict(rows)
except ValueError as error:
    print(type(error).__name__)
print(model.fit(rows, [row[1] for row in rows]).score(rows, [row[1] for row in rows]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded, mistake, score = done.stdout.splitlines()
    assert not {"numpy", "polars", "scipy", "lightgbm"} & set(loaded.split())
    assert (mistake, float(score)) == ("NotFitted", 1.0)
