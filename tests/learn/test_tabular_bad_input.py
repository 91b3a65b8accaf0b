"""Clear answers to everything that is not a table to learn from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse

from relevo.errors import DataMistake, OptionMistake, UserMistake
from relevo.learn import TabularClassifier, TabularRegressor
from relevo.learn import tabular_rows as reading

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(80, 4))
NUMBERS = 2.0 * X[:, 0] + RANDOM.normal(scale=0.1, size=80)
LABELS = np.where(X[:, 0] > 0, "high", "low")
NAMED = pd.DataFrame(X, columns=["a", "b", "c", "d"])


def regressor(**arguments: Any) -> TabularRegressor:
    return TabularRegressor(**{"trials": 1, **arguments})


def classifier(**arguments: Any) -> TabularClassifier:
    return TabularClassifier(**{"trials": 1, **arguments})


@pytest.fixture(scope="module")
def fitted() -> TabularRegressor:
    return regressor().fit(X, NUMBERS)


@pytest.fixture(scope="module")
def named() -> TabularClassifier:
    return classifier().fit(NAMED, LABELS)


def with_value(column: int, value: Any) -> np.ndarray:
    changed = X.astype(object)
    changed[3, column] = value
    return changed


def labels_with(value: Any) -> np.ndarray:
    labels = LABELS.astype(object)
    labels[3] = value
    return labels


def numbers_with(value: float) -> np.ndarray:
    numbers = NUMBERS.copy()
    numbers[3] = value
    return numbers


WEIGHT = np.ones(80)
REFUSED = {
    "one class": ("learn.one_class", lambda: classifier().fit(X, ["yes"] * 80)),
    "one class of weight": (
        "learn.one_class",
        lambda: classifier().fit(X, LABELS, sample_weight=LABELS == "high"),
    ),
    "one row": ("learn.too_few_rows", lambda: regressor().fit(X[:1], NUMBERS[:1])),
    "one row of weight": (
        "learn.too_few_rows",
        lambda: regressor().fit(X, NUMBERS, sample_weight=np.arange(80) == 7),
    ),
    "no rows": ("learn.no_rows", lambda: regressor().fit(X[:0], [])),
    "no columns": ("learn.no_columns", lambda: regressor().fit(X[:, :0], NUMBERS)),
    "no rows in a frame": ("learn.no_rows", lambda: regressor().fit(NAMED.head(0), [])),
    "no columns in a frame": ("learn.no_columns", lambda: regressor().fit(pd.DataFrame(), [])),
    "all columns missing": (
        "prepare.nothing_left",
        lambda: regressor().fit(np.full((80, 2), np.nan), NUMBERS),
    ),
    "all columns constant": (
        "prepare.nothing_left",
        lambda: regressor().fit(np.ones((80, 2)), NUMBERS),
    ),
    "sparse and too large": (
        "learn.sparse_too_large",
        lambda: regressor().fit(sparse.csr_array((10**6, 10**4)), [0.0] * 10**6),
    ),
    "one dimension": ("learn.not_two_dimensions", lambda: regressor().fit(X[0], NUMBERS)),
    "three dimensions": ("learn.not_two_dimensions", lambda: regressor().fit([X], NUMBERS)),
    "a series": ("learn.not_two_dimensions", lambda: regressor().fit(NAMED["a"], NUMBERS)),
    "ragged rows": ("learn.no_array", lambda: regressor().fit([[1, 2], [3]], [1, 2])),
    "complex": ("learn.complex", lambda: regressor().fit(X + 1j, NUMBERS)),
    "complex target": ("learn.complex", lambda: regressor().fit(X, NUMBERS + 1j)),
    "nested": (
        "data.nested",
        lambda: regressor().fit(pd.DataFrame({"a": [[1], [2]] * 40}), NUMBERS),
    ),
    "column names twice": (
        "data.duplicate_name",
        lambda: classifier().fit(NAMED.set_axis(["a", "b", "b", "c"], axis=1), LABELS),
    ),
    "a name that is none": (
        "data.name_not_text",
        lambda: classifier().fit(NAMED.set_axis(["a", 1, "b", "c"], axis=1), LABELS),
    ),
    "no target": ("learn.no_target", lambda: regressor().fit(X, None)),
    "two targets": ("learn.not_one_dimension", lambda: regressor().fit(X, X[:, :2])),
    "a shorter target": ("learn.other_length", lambda: regressor().fit(X, NUMBERS[:-1])),
    "NaN in numbers": ("learn.not_numbers", lambda: regressor().fit(X, numbers_with(np.nan))),
    "infinity in numbers": ("learn.not_numbers", lambda: regressor().fit(X, numbers_with(-np.inf))),
    "texts for numbers": ("learn.not_numbers", lambda: regressor().fit(X, LABELS)),
    "NaN in labels": ("learn.missing_label", lambda: classifier().fit(X, labels_with(np.nan))),
    "None in labels": ("learn.missing_label", lambda: classifier().fit(X, labels_with(None))),
    "NA in labels": ("learn.missing_label", lambda: classifier().fit(X, labels_with(pd.NA))),
    "NaN in coded labels": (
        "learn.missing_label",
        lambda: classifier().fit(X, np.where(np.arange(80) == 3, np.nan, LABELS == "high")),
    ),
    "numbers for labels": ("learn.continuous", lambda: classifier().fit(X, NUMBERS)),
    "labels of two kinds": ("learn.unknown_labels", lambda: classifier().fit(X, labels_with(3))),
    "dates for labels": (
        "learn.unknown_labels",
        lambda: classifier().fit(X, pd.date_range("2026-01-01", periods=80)),
    ),
    "weights of zero": ("learn.no_weight", lambda: regressor().fit(X, NUMBERS, 0.0 * WEIGHT)),
    "a negative weight": ("learn.bad_weight", lambda: regressor().fit(X, NUMBERS, -WEIGHT)),
    "a weight of NaN": ("learn.bad_weight", lambda: regressor().fit(X, NUMBERS, WEIGHT * np.nan)),
    "texts for weights": ("learn.bad_weight", lambda: regressor().fit(X, NUMBERS, LABELS)),
    "fewer weights": ("learn.other_length", lambda: regressor().fit(X, NUMBERS, WEIGHT[:-1])),
    "fewer groups": ("learn.other_length", lambda: regressor().fit(X, NUMBERS, groups=WEIGHT[1:])),
    "no budget": ("compute.bad_budget", lambda: regressor(budget="0s").fit(X, NUMBERS)),
    "no trial": ("learn.bad_parameter", lambda: regressor(trials=0).fit(X, NUMBERS)),
    "a seed below zero": ("learn.bad_parameter", lambda: regressor(seed=-1).fit(X, NUMBERS)),
    "no learner": ("learn.bad_parameter", lambda: regressor(learners=()).fit(X, NUMBERS)),
    "no size": ("learn.bad_parameter", lambda: regressor(max_model_mb=0).fit(X, NUMBERS)),
    "an unknown learner": (
        "learn.unknown_learner",
        lambda: regressor(learners="bosting").fit(X, NUMBERS),
    ),
    "an unknown argument": (
        "learn.unknown_parameter",
        lambda: regressor().set_params(budgets="2s"),
    ),
    "not fitted": ("learn.not_fitted", lambda: regressor().predict(X)),
    "not fitted, one row": ("learn.not_fitted", lambda: regressor().predict_row({})),
    "not fitted, the best": ("learn.not_fitted", lambda: regressor().best_),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_learnt_from_is_explained(case: str) -> None:
    key, attempt = REFUSED[case]
    with pytest.raises(UserMistake) as caught:
        attempt()
    assert caught.value.key == key
    assert isinstance(caught.value, DataMistake | OptionMistake)
    for lang in ("en", "es"):
        assert all(caught.value.parts(lang).values())


def test_one_row_per_class_trains_what_is_possible() -> None:
    model = classifier().fit(X[:5], list("abcde"))
    assert model.classes_.tolist() == list("abcde")
    np.testing.assert_allclose(model.predict_proba(X[:3]).sum(axis=1), 1.0)


def test_two_rows_are_enough() -> None:
    assert np.isfinite(regressor().fit(X[:2], [1.0, 2.0]).predict_interval(X[:3])).all()
    assert classifier().fit(X[:2], ["a", "b"]).predict(X[:3]).shape == (3,)


def test_one_column() -> None:
    assert regressor().fit(X[:, :1], NUMBERS).score(X[:, :1], NUMBERS) > 0.9


def test_five_thousand_columns_of_two_hundred_rows() -> None:
    wide = np.random.default_rng(1).normal(size=(200, 5_000))
    model = regressor(learners="linear").fit(wide, wide[:, 0])
    assert model.predict(wide).shape == (200,)


def test_missing_and_constant_columns_are_left_out() -> None:
    rows = X.copy()
    rows[:, 1], rows[:, 2] = np.nan, 7.0
    model = regressor().fit(rows, NUMBERS)
    assert model.preparation_.features == ("column_0", "column_3")
    assert model.n_features_in_ == 4
    assert model.score(rows, NUMBERS) > 0.9


def test_infinite_numbers_are_missing() -> None:
    rows = X.copy()
    rows[0, 0], rows[1, 0] = np.inf, -np.inf
    gone = np.where(np.isinf(rows), np.nan, rows)
    model = regressor().fit(rows, NUMBERS)
    np.testing.assert_array_equal(model.predict(rows), model.predict(gone))


def test_a_category_of_a_hundred_thousand_levels() -> None:
    random = np.random.default_rng(2)
    level = random.integers(0, 100_000, 150_000)
    rows = pl.DataFrame({"level": [f"level {i}" for i in level], "x": random.normal(size=150_000)})
    model = regressor(learners="linear").fit(rows, rows["x"])
    assert model.score(rows, rows["x"]) > 0.9
    assert len(model.preparation_.features) == 2


def test_outliers_of_a_trillion_leave_numbers_finite() -> None:
    outliers = NUMBERS.copy()
    outliers[:3] = 1e12
    model = regressor(trials=2).fit(X, outliers)
    assert np.isfinite(model.predict_interval(X)).all()


def test_a_sparse_matrix_is_as_good_as_its_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = np.where(X > 0, X, 0.0)
    model = regressor().fit(sparse.csr_matrix(cells), NUMBERS)
    np.testing.assert_array_equal(model.predict(sparse.coo_array(cells)), model.predict(cells))
    monkeypatch.setattr(reading, "MOST_DENSE_CELLS", 100)
    with pytest.raises(DataMistake, match="100 cells"):
        model.predict(sparse.csr_matrix(cells))


def test_rows_of_weight_zero_are_left_out() -> None:
    weight = np.where(np.arange(80) < 60, 1.0, 0.0)
    turned = np.where(weight > 0, NUMBERS, 1e6)
    weighted = regressor().fit(X, turned, sample_weight=weight)
    np.testing.assert_array_equal(
        weighted.predict(X), regressor().fit(X[:60], NUMBERS[:60]).predict(X)
    )


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_only_the_proportions_of_weights_count(scale: float) -> None:
    weight = np.linspace(1.0, 2.0, 80)
    one, other = (regressor().fit(X, NUMBERS, sample_weight=w) for w in (weight, scale * weight))
    # Weights that differ in their last digit end L-BFGS at another place within its tolerance.
    np.testing.assert_allclose(one.predict(X), other.predict(X), atol=1e-3)


def test_a_text_among_numbers_is_refused_when_predicting(fitted: TabularRegressor) -> None:
    with pytest.raises(DataMistake) as caught:
        fitted.predict(with_value(1, "cold"))
    assert caught.value.key == "learn.unreadable_values"
    assert caught.value.values["column"] == "column_1"
    assert caught.value.values["value"] == "cold"
    assert np.isfinite(fitted.predict(with_value(1, "2.5"))).all()
    assert np.isfinite(fitted.predict(with_value(1, None))).all()


def test_words_that_training_had_among_numbers_count_as_missing() -> None:
    rows = pl.DataFrame({"x": ["unknown" if i % 20 == 0 else f"{i}.5" for i in range(80)]})
    model = regressor().fit(rows, NUMBERS)
    words, missing = (pl.DataFrame({"x": [word]}, {"x": pl.String}) for word in ("closed", None))
    np.testing.assert_array_equal(model.predict(words), model.predict(missing))


def test_a_row_with_a_wrong_value_or_name(named: TabularClassifier) -> None:
    assert named.predict_row({"a": 1.0, "b": None}).shape == (2,)
    for wrong in ("warm", [1.0]):
        with pytest.raises(DataMistake) as caught:
            named.predict_row({"a": wrong})
        assert caught.value.values["column"] == "a"
    with pytest.raises(DataMistake, match="not seen: aa") as caught:
        named.predict_row({"aa": 1.0})
    assert caught.value.key == "learn.other_columns"


def test_other_columns_are_named(named: TabularClassifier, fitted: TabularRegressor) -> None:
    with pytest.raises(DataMistake, match="X has 2 features, but TabularRegressor is expecting 4"):
        fitted.predict(X[:, :2])
    with pytest.raises(DataMistake, match=r"not seen: e\. Columns that are missing: d"):
        named.predict(NAMED.rename(columns={"d": "e"}))
    with pytest.raises(DataMistake, match="missing: c, d"):
        named.predict_proba(NAMED[["a", "b"]])
    with pytest.raises(DataMistake, match="more than one column"):
        named.predict(NAMED.set_axis(["a", "b", "c", "c"], axis=1))


def test_names_count_not_the_order(named: TabularClassifier) -> None:
    np.testing.assert_array_equal(named.predict(NAMED[["d", "b", "a", "c"]]), named.predict(NAMED))


def test_names_lost_or_new_are_told(named: TabularClassifier, fitted: TabularRegressor) -> None:
    with pytest.warns(UserWarning, match="fitted with feature names"):
        got = named.predict(X)
    np.testing.assert_array_equal(got, named.predict(NAMED))
    with pytest.warns(UserWarning, match="fitted without feature names"):
        fitted.predict(NAMED)


def test_unseen_categories_are_predicted() -> None:
    rows = pl.DataFrame({"c": ["a", "b"] * 40, "x": X[:, 0]})
    model = regressor().fit(rows, NUMBERS)
    assert np.isfinite(model.predict(pl.DataFrame({"c": ["zebra", None], "x": [0.0, None]}))).all()


def test_nothing_to_predict(fitted: TabularRegressor) -> None:
    with pytest.raises(DataMistake, match="0 sample"):
        fitted.predict(X[:0])


@pytest.mark.parametrize("coverage", [0.0, 1.0, -0.5, 90])
def test_a_coverage_that_is_no_share(fitted: TabularRegressor, coverage: float) -> None:
    with pytest.raises(OptionMistake):
        fitted.predict_interval(X, coverage=coverage)


def test_a_failed_fit_leaves_the_model_as_it_was(fitted: TabularRegressor) -> None:
    before = fitted.predict(X)
    with pytest.raises(DataMistake):
        fitted.fit(X, numbers_with(np.nan))
    np.testing.assert_array_equal(fitted.predict(X), before)
