from __future__ import annotations

from pathlib import Path

import pytest

from relevo import Project
from relevo.errors import DataMistake, ModelMistake
from relevo.model.hashes import HASHES, write_hashes
from relevo.store.schema import versions

ROW = {"at": "2025-03-01T10:00:00", "route": "route 1", "port": "north", "wind": 10.0}
WHOLE = ROW | {"vessel": "ro-ro", "load": 200}


@pytest.fixture
def imputing(trained: Path) -> Path:
    """A project whose first version imputes what is missing, and accepts what is mistyped."""
    folder = trained / ".relevo" / "models" / "v1"
    contract = folder / "contract.toml"
    text = contract.read_text(encoding="utf-8")
    changed = text.replace('\nmissing = "refuse"', '\nmissing = "impute"').replace(
        '\nmistyped = "refuse"', '\nmistyped = "warn"'
    )
    contract.write_text(changed, encoding="utf-8")
    (folder / HASHES).unlink()
    write_hashes(folder)
    return trained


def test_reasons_are_those_of_the_row_that_the_model_sees(imputing: Path) -> None:
    with Project(imputing) as project:
        usual = project.model(1).contract["load"].usual
        assert isinstance(usual, float)
        came = {**WHOLE, "wind": "10"}
        del came["load"]
        found = project.explain(1, row=came, n=6)
        plain = project.explain(1, row=WHOLE | {"load": usual}, n=6)
    assert found.rows == plain.rows


def test_a_column_of_nearly_the_right_name_is_named(trained: Path) -> None:
    misspelt = {name: value for name, value in WHOLE.items() if name != "vessel"}
    with (
        Project(trained) as project,
        pytest.raises(DataMistake, match=r"Did you mean vessel by vesel\?"),
    ):
        project.explain(1, row=misspelt | {"vesel": "ro-ro"})


@pytest.mark.parametrize("folder", ["../../elsewhere", "/tmp"])
def test_a_version_outside_of_the_project_is_not_read(trained: Path, folder: str) -> None:
    with Project(trained) as project:
        with project.store._database.engine.begin() as connection:
            connection.execute(versions.update().values(folder=folder))
        for read in (lambda: project.explain(1, row=WHOLE), lambda: project.promote(2)):
            with pytest.raises(ModelMistake) as caught:
                read()
            assert caught.value.key == "model.not_here"
