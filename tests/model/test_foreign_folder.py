"""Model folders as somebody else may make them: each is refused in three parts, none runs code."""

from __future__ import annotations

import gzip
import io
import json
import os
import pickle
import re
import shutil
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.lib import format as npy

from relevo.errors import ModelMistake
from relevo.learn import predictor_files
from relevo.model.build import Built
from relevo.model.folder import load_model, save_model
from relevo.model.hashes import HASHES, verify, write_hashes
from relevo.model.version_folder import version_folder
from relevo.words import LANGUAGES

Change = Callable[[Path], None]
PACKED, ARRAYS = "predictor/0/model.txt.gz", "predictor/0/linear.npz"


class Traps:
    """What a pickle can do: make a file, if anything unpickles it."""

    def __init__(self, sprung: Path) -> None:
        self.sprung = sprung

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.sprung,)


@pytest.fixture(scope="session")
def saved(
    built: Callable[[str, str], Built], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Folders to copy, since to save one takes longer: it waits for the disk."""
    folders = {}
    for learner in ("boosting", "linear"):
        folders[learner] = tmp_path_factory.mktemp("saved") / "v1"
        save_model(built("classification", learner).model, folders[learner])
        for room in (folders[learner] / "code" / "relevo").iterdir():
            if room.is_dir():  # hundreds of files that relevo does not read
                shutil.rmtree(room)
        rehash(folders[learner])
    return folders


@pytest.fixture
def boosted(saved: dict[str, Path], folder: Path) -> Path:
    return Path(shutil.copytree(saved["boosting"], folder))


@pytest.fixture
def linear(saved: dict[str, Path], folder: Path) -> Path:
    return Path(shutil.copytree(saved["linear"], folder))


def refused(key: str, folder: Path, *shown: str) -> ModelMistake:
    with pytest.raises(ModelMistake) as caught:
        load_model(folder)
    assert caught.value.key == key, caught.value
    for lang in LANGUAGES:
        parts = caught.value.parts(lang)
        assert all(parts[part] for part in ("came", "expected", "todo"))
        assert all(text in parts["came"] for text in shown)
    return caught.value


def rehash(folder: Path) -> None:
    """What somebody does who changes a folder on purpose."""
    (folder / HASHES).unlink()
    write_hashes(folder)


def rewrite(path: Path, change: Callable[[Any], Any]) -> None:
    path.write_text(json.dumps(change(json.loads(path.read_text()))))


def test_a_folder_that_others_have_loaded_is_not_foreign(boosted: Path) -> None:
    cache = boosted / "code" / "relevo" / "__pycache__"
    cache.mkdir()
    (cache / "errors.cpython-311.pyc").write_bytes(b"\xa7\r\r\n")
    (boosted / "registered_model_meta").write_text("model_name: late\n")
    verify(boosted)


@pytest.mark.parametrize("name", ["notes.txt", "predictor/more.npz", "code/relevo/more.py"])
def test_a_file_that_is_not_listed(boosted: Path, name: str) -> None:
    (boosted / name).write_bytes(b"")
    refused("model.unlisted", boosted, name)


@pytest.mark.parametrize(
    "name", ["model.pkl", "predictor/PREDICTOR.PICKLE", "extra.joblib", "m.pt"]
)
def test_a_file_with_the_ending_of_a_pickle(boosted: Path, name: str) -> None:
    (boosted / name).write_text("nothing")
    rehash(boosted)
    refused("model.runs_code", boosted, name)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("name", ["notes.txt", "preparation.json", PACKED])
def test_a_pickle_by_another_name(boosted: Path, tmp_path: Path, name: str, protocol: int) -> None:
    (boosted / name).write_bytes(pickle.dumps(Traps(tmp_path / "sprung"), protocol))
    rehash(boosted)
    refused("model.runs_code", boosted, name)
    assert not (tmp_path / "sprung").exists()


def test_a_pickle_inside_of_an_npz(linear: Path, tmp_path: Path) -> None:
    objects = np.array([Traps(tmp_path / "sprung")], dtype=object)
    np.savez(linear / ARRAYS, knots=objects)
    rehash(linear)
    refused("learn.no_predictor", linear)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("protocol", [0, 4])
def test_a_pickle_in_place_of_an_npz(linear: Path, tmp_path: Path, protocol: int) -> None:
    content = pickle.dumps(Traps(tmp_path / "sprung"), protocol)
    (linear / ARRAYS).write_bytes(content)
    rehash(linear)
    with pytest.raises(ModelMistake):
        load_model(linear)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    "name", ["../secret.txt", "/etc/hostname", "predictor/../../secret.txt", "C:\\secret", "..\\x"]
)
def test_hashes_that_name_a_file_outside(boosted: Path, name: str) -> None:
    (boosted.parent / "secret.txt").write_text("secret")
    rewrite(boosted / HASHES, lambda hashes: {name: "0" * 64, **hashes})
    refused("model.outside", boosted, name)


@pytest.mark.parametrize("hashes", [[], {}, {"model.json": 5}, {"model.json": None}, "x"])
def test_hashes_of_another_shape(boosted: Path, hashes: Any) -> None:
    (boosted / HASHES).write_text(json.dumps(hashes))
    with pytest.raises(ModelMistake) as caught:
        load_model(boosted)
    assert caught.value.key in ("model.changed", "model.unlisted")


def _link_to_a_file(folder: Path) -> None:
    (folder / "notes.txt").symlink_to(folder.parent / "secret.txt")


def _link_instead_of_a_file(folder: Path) -> None:
    moved = folder.parent / "model.json"
    (folder / "model.json").rename(moved)
    (folder / "model.json").symlink_to(moved)


def _link_to_a_folder(folder: Path) -> None:
    moved = folder.parent / "predictor"
    (folder / "predictor").rename(moved)
    (folder / "predictor").symlink_to(moved, target_is_directory=True)


def _circle(folder: Path) -> None:
    (folder / "code" / "again").symlink_to(folder, target_is_directory=True)


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "pipe")


@pytest.mark.parametrize(
    "change", [_link_to_a_file, _link_instead_of_a_file, _link_to_a_folder, _circle, _pipe]
)
def test_links_and_what_is_no_plain_file(boosted: Path, change: Change) -> None:
    (boosted.parent / "secret.txt").write_text("secret")
    change(boosted)
    refused("model.link", boosted)


def zeros(path: Path, megabytes: int) -> None:
    """A gzip of many zeros: a thousandth of their size."""
    piece = bytes(1_000_000)
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(megabytes):
            file.write(piece)


def test_a_gz_that_would_fill_the_memory(boosted: Path) -> None:
    zeros(boosted / PACKED, 530)
    rehash(boosted)
    refused("learn.inflates", boosted, "512 MB", PACKED)


def test_a_gz_is_read_in_pieces(boosted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predictor_files, "_ALLOWED", 5_000_000)
    monkeypatch.setattr(predictor_files, "_TIMES", 5)
    zeros(boosted / PACKED, 100)
    rehash(boosted)
    tracemalloc.start()
    try:
        refused("learn.inflates", boosted, "5 MB")
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def npz(path: Path, content: Callable[[zipfile.ZipFile], None]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        content(archive)


def _many_zeros(archive: zipfile.ZipFile) -> None:
    with archive.open("knots.npy", "w", force_zip64=True) as file:
        head = io.BytesIO()
        shape = {"descr": "<f8", "fortran_order": False, "shape": (70_000_000,)}
        npy.write_array_header_1_0(head, shape)
        file.write(head.getvalue())
        for _ in range(560):
            file.write(bytes(1_000_000))


def test_an_npz_that_would_fill_the_memory(linear: Path) -> None:
    path = linear / ARRAYS
    npz(path, _many_zeros)
    assert path.stat().st_size < 5_000_000
    rehash(linear)
    tracemalloc.start()
    try:
        refused("learn.inflates", linear, "linear.npz")
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("descr", "shape"),
    [
        ("<f8", (10**11,)),
        ("<f8", (2**40, 2**40)),
        ("<f8", (-1,)),
        ("|O", (1,)),
        ("<M8[s]", (1,)),
        ([("a", "<f8")], (1,)),
    ],
)
def test_an_array_that_says_that_it_is_something_else(
    linear: Path, descr: Any, shape: tuple[int, ...]
) -> None:
    def content(archive: zipfile.ZipFile) -> None:
        head = io.BytesIO()
        npy.write_array_header_1_0(head, {"descr": descr, "fortran_order": False, "shape": shape})
        archive.writestr("knots.npy", head.getvalue() + bytes(8))

    npz(linear / ARRAYS, content)
    rehash(linear)
    refused("learn.no_predictor", linear)


def _encrypted(path: Path) -> None:
    npz(path, lambda archive: archive.writestr("knots.npy", b"x" * 100))
    content = bytearray(path.read_bytes())
    content[6] |= 1  # in the member's own header
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(content))


@pytest.mark.parametrize(
    "change",
    [
        _encrypted,
        lambda path: path.write_bytes(path.read_bytes()[:200]),
        lambda path: path.write_bytes(b""),
        lambda path: npz(path, lambda archive: archive.writestr("../knots.npy", b"\x93NUMPY")),
        lambda path: npz(path, lambda archive: None),
    ],
)
def test_an_npz_that_is_broken(linear: Path, change: Change) -> None:
    change(linear / ARRAYS)
    rehash(linear)
    refused("learn.no_predictor", linear)


def _walks_in_a_circle(text: str) -> str:
    return re.sub(r"^(left|right)_child=\S+", r"\1_child=0", text, flags=re.MULTILINE)


def _ends_the_process(text: str) -> str:
    return re.sub(r"^leaf_value=.*\n", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize("change", [_walks_in_a_circle, _ends_the_process, lambda text: "tree"])
def test_trees_that_would_harm(boosted: Path, change: Callable[[str], str]) -> None:
    path = boosted / PACKED
    text = gzip.decompress(path.read_bytes()).decode()
    assert change(text) != text
    path.write_bytes(gzip.compress(change(text).encode()))
    rehash(boosted)
    refused("learn.no_predictor", boosted)


NESTED = "[" * 100_000 + "]" * 100_000
JSON = ("model.json", "preparation.json", "predictor/predictor.json")


@pytest.mark.parametrize("name", JSON)
@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", "5", "null", NESTED, '{"format": 1' + "0" * 5000 + "}", "\x00"]
)
def test_a_json_file_that_holds_something_else(boosted: Path, name: str, text: str) -> None:
    (boosted / name).write_text(text)
    rehash(boosted)
    mistake = refused("learn.no_predictor" if "predictor" in name else "model.unreadable", boosted)
    assert len(str(mistake)) < 2_000


@pytest.mark.parametrize(
    "change",
    [
        {"format": "1"},
        {"format": None},
        {"version": 1.5},
        {"version": -1},
        {"version": "one"},
        {"threshold": "half"},
        {"threshold": 1e999},
        {"threshold": 10**400},
        {"classes": "yes"},
        {"classes": [["yes"]]},
        {"problem": []},
        {"evidence": {"figures": [{}]}},
        {"lineage": 5},
    ],
)
def test_a_model_json_with_absurd_values(boosted: Path, change: dict[str, Any]) -> None:
    rewrite(boosted / "model.json", lambda saved: saved | change)
    rehash(boosted)
    refused("model.unreadable", boosted)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": ["boosting"]},
        {"kind": {}},
        {"kind": None},
        {"kind": "../linear"},
        {"features": 5},
        {"features": [["x"]]},
        {"classes": [{}]},
    ],
)
@pytest.mark.parametrize("place", ["predictor", "predictor/0"])
def test_a_predictor_json_with_absurd_values(
    boosted: Path, change: dict[str, Any], place: str
) -> None:
    rewrite(boosted / place / "predictor.json", lambda saved: saved | change)
    rehash(boosted)
    with pytest.raises(ModelMistake) as caught:
        load_model(boosted)
    assert caught.value.key in ("learn.no_predictor", "learn.unknown_kind")


@pytest.mark.parametrize(
    "change",
    [
        {"factor": "much"},
        {"factor": [1]},
        {"factor": 10**400},
        {"shift": {}},
    ],
)
def test_a_member_with_absurd_values(boosted: Path, change: dict[str, Any]) -> None:
    rewrite(boosted / "predictor" / "0" / "predictor.json", lambda saved: saved | change)
    rehash(boosted)
    refused("learn.no_predictor", boosted)


@pytest.mark.parametrize(
    "change",
    [
        {"weights": 5},
        {"weights": [["heavy"]]},
        {"weights": [[1.0]] * 1000},
        {"calibration": {"slope": 1.0, "tilt": 2.0}},
        {"calibration": None},
        {"spread": 5},
    ],
)
def test_an_ensemble_with_absurd_values(boosted: Path, change: dict[str, Any]) -> None:
    rewrite(boosted / "predictor" / "predictor.json", lambda saved: saved | change)
    rehash(boosted)
    refused("learn.no_predictor", boosted)


@pytest.mark.parametrize(
    "steps",
    [
        {"steps": 5},
        {"steps": [5]},
        {"steps": [{"kind": "os.system"}]},
        {"steps": [{"kind": "number", "columns": "x"}]},
        {"steps": [{"kind": ["number"]}]},
    ],
)
def test_a_preparation_with_absurd_steps(boosted: Path, steps: Any) -> None:
    (boosted / "preparation.json").write_text(json.dumps(steps))
    rehash(boosted)
    refused("model.unreadable", boosted)


@pytest.mark.parametrize("name", ["model.json", "contract.toml", "preparation.json"])
def test_a_file_that_nobody_listed_and_nobody_has(boosted: Path, name: str) -> None:
    (boosted / name).unlink()
    rehash(boosted)
    refused("model.unreadable", boosted)


def test_predictors_in_predictors_without_end(boosted: Path) -> None:
    place = boosted / "predictor"
    details = json.loads((place / "predictor.json").read_text())
    for _ in range(300):
        (place / "predictor.json").write_text(json.dumps(details))
        place = place / "0"
        place.mkdir(exist_ok=True)
    rehash(boosted)
    with pytest.raises(ModelMistake):
        load_model(boosted)


@pytest.mark.parametrize(
    "folder", ["../../elsewhere", "/etc", "models/../../v1", "C:/v1", "\\\\host\\share", "..\\v1"]
)
def test_a_version_outside_of_the_project(folder: str, tmp_path: Path) -> None:
    with pytest.raises(ModelMistake) as caught:
        version_folder(tmp_path, folder, 7)
    for lang in LANGUAGES:
        assert folder in caught.value.parts(lang)["came"]


def test_a_version_in_the_project(tmp_path: Path) -> None:
    assert version_folder(tmp_path, "models/v1", 1) == tmp_path / "models" / "v1"
