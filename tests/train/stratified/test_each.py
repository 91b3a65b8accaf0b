"""Any estimator, fitted to each segment alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression

from relevo.errors import DataMistake, OptionMistake
from relevo.train import EachSegment

RANDOM = np.random.default_rng(0)
FRAME = pd.DataFrame({"town": RANDOM.choice(["a", "b", "c"], 600), "x": RANDOM.normal(size=600)})
SLOPE = FRAME["town"].map({"a": 1.0, "b": -2.0, "c": 3.0}).to_numpy()
Y = SLOPE * FRAME["x"].to_numpy()


@pytest.mark.parametrize("runner", ["threads", "processes"])
def test_each_segment_has_its_own_and_others_the_common_one(runner: str) -> None:
    model = EachSegment(LinearRegression(), "town", runner=runner).fit(FRAME, Y)
    np.testing.assert_allclose(model.predict(FRAME), Y, atol=1e-9)
    assert set(model.estimators_) == {("a",), ("b",), ("c",)}
    new = FRAME.assign(town="new")
    np.testing.assert_allclose(model.predict(new), model.common_.predict(new[["x"]]))


@pytest.mark.parametrize("kind", ["pandas", "polars", "numpy"])
def test_the_estimator_gets_the_kind_of_table_that_came(kind: str) -> None:
    numbers = FRAME.assign(town=FRAME["town"].map({"a": 0, "b": 1, "c": 2}))
    table: Any = {
        "pandas": numbers,
        "polars": pl.from_pandas(numbers),
        "numpy": numbers.to_numpy(),
    }[kind]
    segment = 0 if kind == "numpy" else "town"
    model = EachSegment(LinearRegression(), segment).fit(table, Y)
    np.testing.assert_allclose(model.predict(table), Y, atol=1e-9)


def test_classes_that_a_segment_has_never_seen_have_no_probability_there() -> None:
    labels = np.where(FRAME["town"] == "a", np.where(FRAME["x"] > 0, "up", "down"), "other")
    labels[FRAME["town"].to_numpy() == "c"] = np.where(
        FRAME["x"][FRAME["town"] == "c"] > 0, "up", "other"
    )
    model = EachSegment(LogisticRegression(), "town").fit(FRAME, labels)
    found = model.predict_proba(FRAME[FRAME["town"] == "a"])
    assert model.classes_.tolist() == ["down", "other", "up"]
    np.testing.assert_array_equal(found[:, 1], 0.0)
    assert (model.predict(FRAME) == labels).mean() > 0.85


def test_the_given_estimator_is_never_fitted_and_small_segments_have_none() -> None:
    given = RandomForestRegressor(n_estimators=3, random_state=0)
    frame = pd.concat([FRAME, pd.DataFrame({"town": ["d"] * 5, "x": np.arange(5.0)})])
    model = EachSegment(given, "town").fit(frame, np.append(Y, np.arange(5.0)))
    assert not hasattr(given, "estimators_")
    assert ("d",) not in model.estimators_
    assert np.isfinite(model.predict(frame)).all()


def test_mistakes() -> None:
    with pytest.raises(OptionMistake, match="fit and predict"):
        EachSegment(None, "town").fit(FRAME, Y)
    with pytest.raises(DataMistake, match="Did you mean town"):
        EachSegment(LinearRegression(), "tow").fit(FRAME, Y)
    with pytest.raises(ValueError, match="not fitted"):
        EachSegment(LinearRegression(), "town").predict(FRAME)
