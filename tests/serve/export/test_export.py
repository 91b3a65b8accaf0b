from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from relevo.errors import MissingExtra, ModelMistake, OptionMistake
from relevo.serve.export.export import FORMATS, export


def all_below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.mark.parametrize("format", FORMATS)
def test_a_folder_is_complete_or_absent(choose: Any, tmp_path: Path, format: str) -> None:
    chosen = choose("two", "linear")
    deviation = export(chosen, tmp_path / "some" / "where", format)
    assert (deviation is not None) == (format in ("onnx", "package"))
    assert [path.name for path in tmp_path.iterdir()] == ["some"]
    assert [path.name for path in (tmp_path / "some").iterdir()] == ["where"]
    assert any((tmp_path / "some" / "where").iterdir())


def test_an_empty_folder_is_filled_where_it_is(
    choose: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    export(choose("two", "linear"), Path(), "onnx")
    assert all_below(Path()) == ["export.json", "model.onnx"]
    assert all_below(tmp_path) == ["empty", "empty/export.json", "empty/model.onnx"]


@pytest.mark.parametrize("what", ["file", "folder"])
def test_nothing_is_written_over(choose: Any, tmp_path: Path, what: str) -> None:
    to = tmp_path / "mine"
    if what == "folder":
        to.mkdir()
    (to / "notes" if what == "folder" else to).write_text("mine")
    before = all_below(tmp_path)
    with pytest.raises(OptionMistake, match="holds something already"):
        export(choose("two", "linear"), to, "onnx")
    assert all_below(tmp_path) == before


def test_an_unknown_format_is_refused_with_the_nearest(choose: Any, tmp_path: Path) -> None:
    with pytest.raises(OptionMistake, match="Did you mean onnx"):
        export(choose("two", "linear"), tmp_path / "new", "onx")
    assert all_below(tmp_path) == []


def test_a_refused_export_leaves_nothing(choose: Any, tmp_path: Path) -> None:
    chosen = choose("two", "linear")
    # A model of other columns than those that the judged rows were prepared for.
    other = replace(chosen, model=replace(chosen.model, predictor=Unknown()))
    with pytest.raises(ModelMistake, match="kind unknown"):
        export(other, tmp_path / "some" / "where", "onnx")
    assert all_below(tmp_path) == []


class Unknown:
    kind = "unknown"


@pytest.mark.parametrize("library", ["onnx", "onnxruntime"])
@pytest.mark.parametrize("format", ["onnx", "package"])
def test_a_missing_extra_is_named(
    choose: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str, format: str
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingExtra, match=r"pip install 'relevo\[onnx\]'"):
        export(choose("two", "linear"), tmp_path / "new", format)
    assert all_below(tmp_path) == []
