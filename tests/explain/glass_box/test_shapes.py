"""Shapes of models whose truth is known: `x` bends, `kind` shifts, `z` tells nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from relevo.compute.budget import Budget
from relevo.compute.threads import Threads
from relevo.data.contract import learn_contract
from relevo.errors import ModelMistake
from relevo.explain.glass_box.edit import edit
from relevo.explain.glass_box.frontier import pieces_of
from relevo.explain.glass_box.shapes import shapes
from relevo.explain.glass_box.shapes_section import shapes_section
from relevo.learn.additive_predictor import AdditivePredictor
from relevo.model.build import build
from relevo.model.model import Model
from relevo.picture.page import page
from relevo.problem.problem import Problem, Source
from relevo.train.central import Central
from relevo.train.judged import set_aside

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def frame(n: int = 500) -> pl.DataFrame:
    random = np.random.default_rng(0)
    x, kind = random.uniform(100, 200, n), random.choice(["a", "b", "c"], n)
    score = (x - 150) ** 2 / 500 + 3 * (kind == "b") + random.normal(size=n) * 0.3
    x = np.where(random.random(n) < 0.1, np.nan, x)
    table = pl.DataFrame({"x": x, "kind": kind, "z": random.normal(size=n), "y": score})
    return table.with_columns(pl.col("x").fill_nan(None))


def built(learner: str) -> Model:
    rows = frame()
    problem = Problem(name="truth", task="regression", target="y", data=Source(path="x.csv"))
    return build(
        problem,
        learn_contract(rows, "y"),
        set_aside(rows, problem, seed=0),
        Budget(600),
        strategy=Central(),
        runner=Threads(1),
        now=NOW,
        learner=learner,
        trials=1,
    ).model


@pytest.fixture(scope="module")
def additive() -> Model:
    return built("additive")


@pytest.fixture(scope="module", params=["additive", "linear"])
def model(request: pytest.FixtureRequest, additive: Model) -> Model:
    return additive if request.param == "additive" else built("linear")


def test_shapes_are_in_the_units_of_the_columns(model: Model) -> None:
    found = {shape.column: shape for shape in shapes(model)}
    assert found["kind"].names[0] is None
    assert set(found["kind"].names[1:]) == {"a", "b", "c"}
    values = dict(zip(found["kind"].names, found["kind"].values, strict=True))
    assert values["b"] - values["a"] == pytest.approx(3.0, abs=0.2)
    edges = np.array(found["x"].edges)
    middle = (edges[1:] + edges[:-1]) / 2
    assert 60 < edges[0] < 140
    assert 160 < edges[-1] < 240
    ends = np.interp([101.0, 150.0, 199.0], middle, found["x"].values)
    assert ends[0] - ends[1] > 2.0
    assert ends[2] - ends[1] > 2.0


def test_shapes_add_up_to_the_contributions(model: Model) -> None:
    rows = frame(40)
    parts = model.predictor.contributions(model.matrix(rows))[:, 0]
    place = model.preparation.features.index("kind")
    found = next(shape for shape in shapes(model) if shape.column == "kind")
    values = dict(zip(found.names, found.values, strict=True))
    wanted = [values[kind] for kind in rows["kind"]]
    np.testing.assert_allclose(parts[:, place], wanted, atol=1e-9)


def test_the_largest_stands_first_and_noise_last(additive: Model) -> None:
    found = shapes(additive)
    assert found[-1].column == "z"
    assert found[-1].size < 0.05 * found[0].size
    assert pieces_of(additive) == 2
    x = next(shape for shape in found if shape.column == "x")
    assert x.missing is not None


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_section_shows_shapes_and_changes(model: Model, lang: str) -> None:
    text = page("t", [shapes_section(model, lang)], lang)
    assert "kind" in text
    assert "{" not in text.split("</style>")[1]


def test_an_edited_model_is_another_one_with_a_record(additive: Model) -> None:
    changed = edit(additive, "x", flat=(100, 120), why="Law & order", by="Ada", now=NOW)
    rows = frame(50)
    before, after = additive.predict(rows).values, changed.predict(rows).values
    assert not np.allclose(before, after)
    assert changed.evidence.figures == ()
    assert "Law &amp; order" in page("t", [shapes_section(changed, "en")], "en")
    assert "Law &amp; order" not in page("t", [shapes_section(additive, "en")], "en")


def test_models_whose_columns_act_together_are_told(additive: Model) -> None:
    class Other(AdditivePredictor):
        kind = "boosting"

    own = additive.predictor.members[0].predictor  # type: ignore[attr-defined]
    other = Other(*(getattr(own, name) for name in _ARGUMENTS))
    with pytest.raises(ModelMistake) as caught:
        shapes(replace(additive, predictor=other))
    assert caught.value.key == "shapes.not_additive"
    lines = built("linear")
    with pytest.raises(ModelMistake):
        edit(lines, "x", way=1, why="a", by="b", now=NOW)


_ARGUMENTS = ("bins", "intercept", "table", "error", "mass", "features", "classes", "settings")
