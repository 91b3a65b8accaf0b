from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import relevo
from relevo.errors import ModelMistake
from relevo.serve.export.project_copy import write_project


def test_the_version_is_the_champion_of_a_store_of_its_own(choose: Any, tmp_path: Path) -> None:
    chosen = choose("two", "linear")
    write_project(chosen, tmp_path)
    with relevo.open(tmp_path) as project:
        for name in ("name", "task", "target", "roles", "metric", "serve"):
            assert getattr(project.problem, name) == getattr(chosen.problem, name)
        assert project.problem.store is None
        assert project.champion == 3
        (record,) = project.store.versions()
        assert record == replace(chosen.record, parent=None)
        assert project.store.figures(3) == list(chosen.figures)
        assert [one.kind for one in project.store.decisions()] == ["promote"]
        judged = pl.read_parquet(chosen.folder / "judged.parquet")
        assert project.model().predict_table(judged).equals(chosen.model.predict_table(judged))
        assert project.store.reserve_version(chosen.at) == 4
        with project.serving() as endpoint:
            (answer,) = endpoint.predict(judged.drop("late").head(1).to_dicts())
        expected = chosen.model.predict_row(judged.row(0, named=True))
        assert answer["probabilities"] == pytest.approx(expected["probabilities"], abs=1e-9)


def test_a_damaged_model_is_not_passed_on(choose: Any, tmp_path: Path) -> None:
    chosen = choose("two", "linear")
    shutil.copytree(chosen.folder, tmp_path / "v3")
    (tmp_path / "v3" / "model.json").write_text("{}")
    with pytest.raises(ModelMistake, match=r"model\.json"):
        write_project(replace(chosen, folder=tmp_path / "v3"), tmp_path / "project")
