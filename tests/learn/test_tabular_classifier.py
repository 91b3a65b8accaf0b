from __future__ import annotations

import copy
import pickle
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from relevo.errors import OptionMistake
from relevo.learn import TabularClassifier

RANDOM = np.random.default_rng(0)
ROWS = pd.DataFrame(
    {
        "x": RANDOM.normal(size=120),
        "colour": RANDOM.choice(["red", "green", "blue"], 120),
        "day": pd.date_range("2026-01-01", periods=120),
    }
)
LABELS = np.where(ROWS["colour"] == "red", "stop", np.where(ROWS["x"] > 0, "go", "wait"))


@pytest.fixture(scope="module")
def fitted() -> TabularClassifier:
    return TabularClassifier(trials=2).fit(ROWS, LABELS)


def test_it_learns_and_says_how(fitted: TabularClassifier) -> None:
    assert fitted.score(ROWS, LABELS) > 0.85
    assert fitted.classes_.tolist() == ["go", "stop", "wait"]
    assert fitted.n_features_in_ == 3
    assert fitted.feature_names_in_.tolist() == ["x", "colour", "day"]
    assert [trial.loss for trial in fitted.leaderboard_] == sorted(
        trial.loss for trial in fitted.leaderboard_
    )
    assert fitted.best_ is fitted.leaderboard_[0]
    assert len(fitted.leaderboard_) == 2
    assert fitted.contract_["colour"].categories == ("blue", "green", "red")


def test_the_most_probable_class_is_predicted(fitted: TabularClassifier) -> None:
    probabilities = fitted.predict_proba(ROWS)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
    np.testing.assert_array_equal(
        fitted.predict(ROWS), fitted.classes_[probabilities.argmax(axis=1)]
    )


def test_costs_move_the_threshold() -> None:
    labels = np.where(ROWS["x"] + RANDOM.normal(size=120) > 0, "yes", "no")
    model = TabularClassifier(trials=1).fit(ROWS, labels)
    yes = model.predict_proba(ROWS)[:, 1]
    for costs, threshold in (((1, 1), 0.5), ((1, 4), 0.2), ((3, 1), 0.75), ((0, 1), 0.0)):
        called = model.predict(ROWS, costs=costs)
        np.testing.assert_array_equal(called == "yes", yes >= threshold)
    for wrong in ((1, -1), (0, 0), (1, 2, 3), 5, (1, float("nan")), ("a", "b"), (1, [2])):
        with pytest.raises(OptionMistake, match="Two numbers"):
            model.predict(ROWS, costs=wrong)


def test_costs_are_of_two_classes(fitted: TabularClassifier) -> None:
    with pytest.raises(OptionMistake, match="3 classes"):
        fitted.predict(ROWS, costs=(1, 2))


def test_one_row_is_predicted_as_in_a_table(fitted: TabularClassifier) -> None:
    one = ROWS.iloc[:1]
    row = {"x": float(one["x"].iloc[0]), "colour": one["colour"].iloc[0], "day": "2026-01-01"}
    np.testing.assert_allclose(fitted.predict_row(row), fitted.predict_proba(one)[0], atol=1e-9)


@pytest.mark.parametrize(
    ("labels", "kind"),
    [
        (ROWS["x"] > 0, "b"),
        ((ROWS["x"] > 0).astype(int) * 7, "i"),
        ((ROWS["x"] > 0).astype(float), "f"),
        (np.where(ROWS["x"] > 0, "a", "b"), "U"),
        (np.where(ROWS["x"] > 0, "a", "b").astype(object), "O"),
        ((ROWS["x"] > 0).astype(object), "b"),
        ((ROWS["x"] > 0).astype("category"), "b"),
        ((ROWS["x"] > 0).astype("Int64"), "i"),
        (pl.Series(ROWS["x"].to_numpy() > 0), "b"),
        (pl.Series(np.where(ROWS["x"] > 0, "a", "b"), dtype=pl.Categorical), "O"),
        (np.where(ROWS["x"] > 0, "a", "b").tolist(), "U"),
    ],
)
def test_labels_keep_their_kind(labels: Any, kind: str) -> None:
    model = TabularClassifier(trials=1, learners="linear").fit(ROWS, labels)
    assert model.classes_.dtype.kind == model.predict(ROWS).dtype.kind == kind
    assert model.score(ROWS, labels) > 0.9


@pytest.mark.parametrize("form", ["pandas", "polars", "arrow", "dict", "objects", "lists"])
def test_every_form_of_a_table_gives_the_same_model(form: str) -> None:
    plain = ROWS[["x", "colour"]]
    forms = {
        "pandas": plain,
        "polars": pl.DataFrame({name: plain[name].tolist() for name in plain}),
        "arrow": pl.DataFrame({name: plain[name].tolist() for name in plain}).to_arrow(),
        "dict": {name: plain[name].tolist() for name in plain},
        "objects": plain.to_numpy(),
        "lists": plain.to_numpy().tolist(),
    }
    model = TabularClassifier(trials=1).fit(forms[form], LABELS)
    wanted = TabularClassifier(trials=1).fit(plain, LABELS)
    np.testing.assert_allclose(model.predict_proba(forms[form]), wanted.predict_proba(plain))


def test_the_same_seed_and_trials_give_the_same_model(fitted: TabularClassifier) -> None:
    again = TabularClassifier(trials=2).fit(ROWS, LABELS)
    np.testing.assert_array_equal(again.predict_proba(ROWS), fitted.predict_proba(ROWS))


def test_it_is_copied_by_pickle_also_after_single_rows(fitted: TabularClassifier) -> None:
    row = {"x": 1.0, "colour": "red"}
    wanted = fitted.predict_row(row)
    for again in (pickle.loads(pickle.dumps(fitted)), copy.deepcopy(fitted)):
        np.testing.assert_array_equal(again.predict_row(row), wanted)
        np.testing.assert_array_equal(again.predict(ROWS), fitted.predict(ROWS))


def test_weights_count(fitted: TabularClassifier) -> None:
    right = fitted.predict(ROWS) == LABELS
    assert fitted.score(ROWS, LABELS, sample_weight=right + 1e-12) > 0.999
    twice = np.concatenate([LABELS, np.full(120, "stop")])
    both = pd.concat([ROWS, ROWS])
    weight = np.repeat([1.0, 30.0], 120)
    heavy = TabularClassifier(trials=1).fit(both, twice, sample_weight=weight)
    assert (heavy.predict(ROWS) == "stop").mean() > 0.95


def test_groups_stay_together_and_are_counted_by_name() -> None:
    group = np.repeat([f"customer {i}" for i in range(12)], 10)
    model = TabularClassifier(trials=1).fit(ROWS, LABELS, groups=group)
    assert model.score(ROWS, LABELS) > 0.7


def test_trials_are_told_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    TabularClassifier(trials=1, verbose=True).fit(ROWS, LABELS)
    captured = capsys.readouterr()
    assert "linear" in captured.err
    assert captured.out == ""


def test_what_people_must_read_is_additive() -> None:
    model = TabularClassifier(trials=1, interpretable=True, max_model_mb=5, max_latency_us=900)
    assert model.fit(ROWS, LABELS).score(ROWS, LABELS) > 0.7
