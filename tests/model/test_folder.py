from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from relevo.errors import ModelMistake
from relevo.model.build import Built
from relevo.model.folder import load_model, model_table, save_model
from relevo.model.hashes import verify

Make = Callable[[str, str], Built]


@pytest.mark.parametrize("task", ["classification", "regression"])
@pytest.mark.parametrize("learner", ["linear", "boosting"])
def test_a_model_survives_its_folder(built: Make, folder: Path, task: str, learner: str) -> None:
    one = built(task, learner)
    save_model(one.model, folder, one.tables)
    again = load_model(folder)
    judged = model_table(folder, "judged")
    assert judged.equals(one.tables["judged"])
    assert np.array_equal(again.predict(judged).values, one.model.predict(judged).values)
    assert (again.evidence, again.lineage, again.classes) == (
        one.model.evidence, one.model.lineage, one.model.classes
    )  # fmt: skip
    row = json.loads(json.dumps(judged.row(0, named=True), default=str))
    assert again.predict_row(row) == one.model.predict_row(row)


def test_one_row_is_predicted_as_the_table_is(built: Make) -> None:
    one = built("classification", "boosting")
    judged = one.tables["judged"]
    table = one.model.predict_table(judged)
    for position, row in enumerate(judged.to_dicts()):
        predicted = one.model.predict_row(json.loads(json.dumps(row, default=str)))
        assert predicted["label"] == table["prediction"][position]
        assert predicted["probabilities"]["yes"] == pytest.approx(
            table["probability_yes"][position], abs=1e-12
        )


@pytest.mark.parametrize(
    "name",
    ["model.json", "contract.toml", "preparation.json", "predictor/predictor.json", "MLmodel"],
)
def test_a_changed_byte_is_found(built: Make, folder: Path, name: str) -> None:
    save_model(built("classification", "boosting").model, folder)
    path = folder / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(ModelMistake) as caught:
        load_model(folder)
    assert name in caught.value.parts("en")["came"]


def test_a_lost_file_is_found(built: Make, folder: Path) -> None:
    save_model(built("classification", "linear").model, folder)
    (folder / "preparation.json").unlink()
    with pytest.raises(ModelMistake, match=r"preparation\.json"):
        verify(folder)


def test_a_folder_is_complete_or_absent(
    built: Make, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("relevo.model.folder.write_hashes", lambda path: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        save_model(built("classification", "linear").model, folder)
    assert list(folder.parent.iterdir()) == []


def test_what_a_kill_left_is_swept_after_a_day(built: Make, folder: Path) -> None:
    old, new = folder.parent / ".v7-abc", folder.parent / ".v8-def"
    for left in (old, new):
        (left / "predictor").mkdir(parents=True)
    os.utime(old, (0, 0))
    save_model(built("classification", "linear").model, folder)
    assert (old.exists(), new.exists()) == (False, True)


def test_a_model_is_never_written_over(built: Make, folder: Path) -> None:
    save_model(built("classification", "linear").model, folder)
    with pytest.raises(ModelMistake, match="already exists"):
        save_model(built("classification", "linear").model, folder)


def test_no_file_can_run_code_when_relevo_loads_it(built: Make, folder: Path) -> None:
    save_model(built("classification", "linear").model, folder)
    outside_code = {p.suffix for p in folder.rglob("*") if p.is_file() and "code" not in p.parts}
    assert outside_code <= {".json", ".toml", ".txt", ".yaml", ".npz", ".parquet", ""}
