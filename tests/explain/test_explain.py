"""Explanations of models whose truth is known: the target depends on `x` and `kind`, not on `z`."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from relevo.compute.budget import Budget
from relevo.compute.threads import Threads
from relevo.data.contract import learn_contract
from relevo.explain.attributions import attributions, attributions_row
from relevo.explain.columns.importance import importance
from relevo.explain.decisions.reasons import reasons
from relevo.model.build import Built, build
from relevo.problem.problem import Problem, Source
from relevo.train.central import Central
from relevo.train.judged import set_aside


def rows(task: str, count: int = 800) -> pl.DataFrame:
    random = np.random.default_rng(0)
    x, kind = random.normal(size=count), random.choice(["a", "b"], count)
    score = 2 * x + 3 * (kind == "b") + random.normal(size=count) * 0.3
    many = np.select([score < 0, score < 2], ["low", "middle"], "high")
    target = {"regression": score, "binary": np.where(score > 1, "yes", "no"), "many": many}[task]
    return pl.DataFrame({"x": x, "kind": kind, "z": random.normal(size=count), "y": target})


@pytest.fixture(scope="module", params=["linear", "boosting"])
def learner(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module", params=["regression", "binary", "many"])
def built(request: pytest.FixtureRequest, learner: str) -> Built:
    frame = rows(request.param)
    task = "regression" if request.param == "regression" else "classification"
    positive = "yes" if request.param == "binary" else None
    problem = Problem(
        name="truth", task=task, target="y", data=Source(path="x.csv"), positive=positive
    )  # type: ignore[arg-type]
    return build(
        problem,
        learn_contract(frame, "y"),
        set_aside(frame, problem, seed=0),
        Budget(3.0),
        strategy=Central(),
        runner=Threads(1),
        now=datetime(2026, 1, 1, tzinfo=UTC),
        learner=learner,
    )


def test_attributions_add_up_to_the_score(built: Built) -> None:
    judged = built.tables["judged"]
    parts = attributions(built.model, built.model.matrix(judged))
    prediction = built.model.predict(judged)
    score = parts.base + parts.values.sum(axis=1)
    if prediction.probabilities is None:
        expected = prediction.values
    elif built.model.binary:
        expected = np.log(prediction.probabilities[:, 1] / prediction.probabilities[:, 0])
    else:
        # The scores of several classes: their softmax is what was predicted.
        per_class = built.model.predictor.contributions(built.model.matrix(judged)).sum(axis=2)
        chances = np.exp(per_class) / np.exp(per_class).sum(axis=1, keepdims=True)
        assert np.allclose(chances, prediction.probabilities, atol=1e-6)
        expected = per_class[np.arange(len(score)), prediction.values.astype(int)]
    assert np.allclose(score, expected, atol=1e-6)


def test_one_row_is_attributed_as_in_a_table(built: Built) -> None:
    rows = built.tables["judged"].head(20)
    many = attributions(built.model, built.model.matrix(rows))
    assert many.errors is None
    for place, row in enumerate(rows.to_dicts()):
        one = attributions_row(built.model, built.model.preparation.row(row))
        assert one.columns == many.columns
        np.testing.assert_allclose(one.values, many.values[place], atol=1e-9)
        assert one.base == pytest.approx(many.base[place], abs=1e-9)


def test_the_columns_that_decide_are_the_important_ones(built: Built) -> None:
    found = importance(built.model, built.tables["judged"])
    names = [one.column for one in found]
    assert set(names[:2]) == {"x", "kind"}
    by_name = {one.column: one for one in found}
    # A column that decides nothing: its importance is small beside that of one which does.
    assert abs(by_name["z"].importance) < 0.1 * by_name["x"].importance
    assert by_name["x"].interval[0] > 0
    assert by_name["x"].attribution > 3 * by_name["z"].attribution


def test_reasons_name_the_strongest_columns_in_both_languages(built: Built) -> None:
    row = {"x": 3.0, "kind": "a", "z": 0.0}
    english, spanish = (reasons(built.model, [row], n=2, lang=lang)[0] for lang in ("en", "es"))
    assert english.reasons[0].column == "x"
    assert english.reasons[0].contribution > 0
    assert [one.column for one in english.reasons] == [one.column for one in spanish.reasons]
    assert "x (3)" in english.reasons[0].text
    assert english.reasons[0].text != spanish.reasons[0].text
    assert english.prediction == built.model.predict_row(row)


def test_reasons_are_given_for_every_row_of_a_table(built: Built) -> None:
    found = reasons(built.model, built.tables["judged"].head(5), n=1)
    assert len(found) == 5
    assert all(len(one.reasons) == 1 for one in found)
