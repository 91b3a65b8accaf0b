from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from relevo.errors import ModelMistake
from relevo.model.folder import load_model
from relevo.serve.export.export import export


def test_the_copy_is_the_model(choose: Any, tmp_path: Path) -> None:
    chosen = choose("two", "linear")
    export(chosen, tmp_path / "copy", "mlflow")
    judged = pl.read_parquet(tmp_path / "copy" / "judged.parquet")
    again = load_model(tmp_path / "copy")
    assert again.predict_table(judged).equals(chosen.model.predict_table(judged))
    assert (tmp_path / "copy" / "MLmodel").exists()
    hashes = [folder / "hashes.json" for folder in (tmp_path / "copy", chosen.folder)]
    assert hashes[0].read_bytes() == hashes[1].read_bytes()


def test_a_damaged_copy_is_found(choose: Any, tmp_path: Path) -> None:
    chosen = choose("two", "linear")
    damaged = tmp_path / "v3"
    shutil.copytree(chosen.folder, damaged)
    (damaged / "model.json").write_text("{}")
    with pytest.raises(ModelMistake, match=r"model\.json"):
        export(replace(chosen, folder=damaged), tmp_path / "copy", "mlflow")
    assert list(tmp_path.iterdir()) == [damaged]
