"""A version is judged elsewhere: at unseen places, in a target population, for each group."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import relevo
from relevo.errors import DataMistake


def patients(count: int = 1600, wide: float = 1.5, seed: int = 0) -> pl.DataFrame:
    """Each clinic has a level of its own, which a new clinic does not tell."""
    random = np.random.default_rng(seed)
    clinic = random.integers(0, 16, count)
    level = np.random.default_rng(99).normal(scale=wide, size=16)[clinic]
    x = random.normal(size=count)
    sex = random.choice(["f", "m"], count)
    score = x + level
    return pl.DataFrame(
        {
            "x": x,
            "z": random.normal(size=count),
            "sex": sex,
            "clinic": [f"clinic {number}" for number in clinic],
            "ill": np.where(random.random(count) < 1 / (1 + np.exp(-score)), "yes", "no"),
        }
    )


def made(folder: Path, rows: pl.DataFrame, sensitive: str = "", **columns: Any) -> relevo.Project:
    project = relevo.Project(folder / "p")
    project.new(rows, "ill", **columns)
    if sensitive:
        text = project.file.read_text(encoding="utf-8")
        roles = text.replace("[roles]", f'[roles]\nsensitive = ["{sensitive}"]')
        project.file.write_text(roles, encoding="utf-8")
        project = relevo.Project(project.folder)
    project.train(learner="boosting", budget="3s")
    return project


def test_it_says_what_to_expect_at_a_new_site(tmp_path: Path) -> None:
    project = made(tmp_path, patients(), sensitive="sex", site="clinic")
    result = project.validate(1, budget="20s")
    by_metric = {one.metric: one for one in result.transfers}
    loss, auc = by_metric["log_loss"], by_metric["roc_auc"]
    assert (loss.kind, loss.by, loss.warning) == ("site", "clinic", True)
    assert loss.gap_interval[0] > 0
    # A level that is unknown spoils the chances, not the order of the patients of one clinic.
    assert not auc.gap_warning
    for one in (loss, auc):
        assert one.prediction_interval is not None
        assert one.prediction_interval[0] < one.value < one.prediction_interval[1]
        assert len(one.units) >= 10
        figure = result.evidence["unseen site (clinic)"][one.metric]
        assert figure.value == one.value
    assert any("clinic" in text for text in result.warnings)
    assert {one.column for one in result.subgroups} == {"sex"}
    assert [one.column for one in result.fairness] == ["sex"]
    page = Path(str(result.page)).read_text(encoding="utf-8")
    assert "clinic 3" in page
    for warning in result.warnings:
        assert warning.split(".")[0] in page.replace("&#x27;", "'")


def test_it_is_silent_where_sites_are_alike(tmp_path: Path) -> None:
    result = made(tmp_path, patients(wide=0.0), site="clinic").validate(1, budget="20s")
    assert {one.kind for one in result.transfers} == {"site"}
    assert [one for one in result.transfers if one.warning] == []


def test_a_target_population_with_outcomes_is_judged_and_was_expected(tmp_path: Path) -> None:
    project = made(tmp_path, patients())
    elsewhere = patients(seed=5).filter(pl.col("x") > 0)
    result = project.validate(1, target_population=elsewhere, budget="10s")
    expected = result.evidence["expected in the target population"]["roc_auc"]
    came = result.evidence["target population"]["roc_auc"]
    # Both are of one sample; the true figure lies in either nine times in ten.
    assert expected.interval[0] <= came.interval[1]
    assert came.interval[0] <= expected.interval[1]
    assert result.evidence["weighted to the target population"]["roc_auc"].rows > 0
    assert result.population is not None
    assert result.population["auc"] > 0.6
    project.card(1)


def test_a_population_of_the_problem_file_may_lack_columns(tmp_path: Path) -> None:
    project = made(tmp_path, patients())
    patients(seed=6).select("x", "sex").write_csv(project.folder / "people.csv")
    text = project.file.read_text(encoding="utf-8") + '\n[population]\npath = "people.csv"\n'
    project.file.write_text(text, encoding="utf-8")
    result = relevo.Project(project.folder).validate(1, budget="5s")
    assert result.population is not None
    assert "target population" not in result.evidence


def test_a_site_that_is_one_place_is_said_not_to_be_judged(tmp_path: Path) -> None:
    rows = patients(400).with_columns(clinic=pl.lit("the only one"))
    result = made(tmp_path, rows, site="clinic").validate(1, budget="5s")
    assert [one for one in result.transfers if one.kind == "site"] == []
    assert "clinic" in Path(str(result.page)).read_text(encoding="utf-8")


def test_a_target_population_without_the_columns(tmp_path: Path) -> None:
    project = made(tmp_path, patients(400))
    with pytest.raises(DataMistake, match="clinic"):
        project.validate(1, target_population=pl.DataFrame({"other": [1.0] * 30}))
