"""Decisions are explained, turned, and a glass box is changed by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import relevo
from relevo.errors import DataMistake, ModelMistake, OptionMistake, ProblemMistake

PHRASES = """
[explain]
adverse = "refused"
immutable = ["age"]

[explain.phrases]
income = {en = "your income", es = "sus ingresos"}
"""


def applicants(count: int = 900, seed: int = 0) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    income, age = random.normal(30, 8, count).round(1), random.uniform(20, 70, count).round()
    job = random.choice(["clerk", "nurse", "smith"], count)
    score = -(income - 30) / 4 - (age - 45) / 25 + 0.8 * (job == "clerk")
    refused = random.random(count) < 1 / (1 + np.exp(-1.5 * score))
    outcome = np.where(refused, "refused", "granted")
    sex = random.choice(["f", "m"], count)
    return pl.DataFrame({"income": income, "age": age, "job": job, "sex": sex, "outcome": outcome})


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> relevo.Project:
    made = relevo.Project(tmp_path_factory.mktemp("explain") / "p")
    made.new(applicants(), "outcome")
    roles = '\n[roles]\nsensitive = ["sex"]\n'
    text = made.file.read_text(encoding="utf-8") + roles + PHRASES
    made.file.write_text(text, encoding="utf-8")
    made = relevo.Project(made.folder)
    made.train(learner="additive", budget="3s")
    return made


POOR: dict[str, Any] = {"income": 18.0, "age": 50.0, "job": "clerk", "sex": "f"}


def test_a_refusal_has_codes_in_the_users_words_that_add_up(project: relevo.Project) -> None:
    (row,) = project.explain(1, row=POOR).rows
    assert row.prediction["label"] == "refused"
    assert row.adverse
    assert row.codes[0].column == "income"
    assert "our income" in row.codes[0].text
    assert "sex" not in [code.column for code in row.codes]
    assert row.counterfactuals is None
    model = project.model(1)
    every = project.explain(1, row=POOR, n=99).rows[0].reasons
    matrix = model.matrix(pl.DataFrame([POOR]))
    base = model.predictor.contributions(matrix)[0, 0, -1]
    score = base + sum(reason.contribution for reason in every)
    chance = row.prediction["probabilities"][model.classes[-1]]
    assert score == pytest.approx(np.log(chance / (1 - chance)), abs=1e-6)


def test_what_would_turn_it_is_put_through_the_model_again(project: relevo.Project) -> None:
    (row,) = project.explain(1, row=POOR, wanted="granted").rows
    assert row.counterfactuals is not None
    (way,) = row.counterfactuals
    assert {change.column for change in way.changes} <= {"income", "job"}
    assert project.model(1).predict_row(way.row)["label"] == "granted"
    blocked = project.explain(1, row=POOR, wanted="granted", immutable=["income"]).rows[0]
    assert blocked.counterfactuals is not None
    assert len(blocked.counterfactuals) == 0
    assert blocked.counterfactuals.why


def test_a_sensitive_column_that_decides_is_warned_of(project: relevo.Project) -> None:
    result = project.explain(1, budget="10s")
    assert any("sex" in text for text in result.warnings)
    assert result.importance[0].column == "income"
    page = Path(str(result.page)).read_text(encoding="utf-8")
    for text in result.warnings:
        assert text.split(".")[0] in page


def test_a_shape_is_changed_by_hand_as_a_new_version(project: relevo.Project) -> None:
    before = (project.model_folder(1) / "predictor" / "predictor.json").read_bytes()
    result = project.edit(1, column="income", make="flat", low=35.0, why="No luxury.", by="board")
    assert result.parent == 1
    edited = project.model(result.version)
    assert edited.lineage.how == "edit"
    rich = [edited.predict_row({**POOR, "income": value}) for value in (40.0, 45.0)]
    assert rich[0] == rich[1]
    assert (project.model_folder(1) / "predictor" / "predictor.json").read_bytes() == before
    project.explain(result.version, budget="1s")
    card = Path(project.card(result.version).page).read_text(encoding="utf-8")
    assert "No luxury." in card
    assert "changed by hand" in card


def test_the_frontier_says_what_it_costs_to_read_a_model(project: relevo.Project) -> None:
    result = project.frontier(budget="8s")
    assert {one.kind for one in result.models} >= {"linear", "additive", "boosting"}
    assert "glass box" in result.text
    assert "<svg" in Path(result.page).read_text(encoding="utf-8")


def test_what_cannot_be_is_told(project: relevo.Project, tmp_path: Path) -> None:
    with pytest.raises(DataMistake, match="income"):
        project.explain(1, row={**POOR, "income": "much"})
    with pytest.raises(OptionMistake, match="granted"):
        project.explain(1, row=POOR, wanted="grantd")
    with pytest.raises(OptionMistake, match="row"):
        project.explain(1, wanted="granted")
    with pytest.raises(OptionMistake, match="rising"):
        project.edit(1, column="income", make="round", why="x", by="y")
    with pytest.raises(OptionMistake, match="income"):
        project.edit(1, column="incme", make="rising", why="x", by="y")
    trees = project.train(learner="boosting", budget="2s").version
    with pytest.raises(ModelMistake):
        project.edit(trees, column="income", make="rising", why="x", by="y")
    wrong = relevo.Project(tmp_path / "wrong")
    wrong.new(applicants(200), "outcome")
    text = wrong.file.read_text(encoding="utf-8") + '\n[explain]\nimmutable = ["agee"]\n'
    wrong.file.write_text(text, encoding="utf-8")
    with pytest.raises(ProblemMistake, match="age"):
        relevo.Project(wrong.folder).train(budget="2s")
