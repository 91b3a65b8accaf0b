"""The files of a model folder: plain, listed in `hashes.json`, unchanged, and none that runs code.

A folder may come from somebody else. What is checked here keeps reading it from leading out of the
folder or running code; the hashes find damage, they do not say who wrote the folder.
"""

from __future__ import annotations

import hashlib
import json
import os
from io import BufferedReader
from pathlib import Path, PurePosixPath, PureWindowsPath

from pydantic import TypeAdapter

from relevo.errors import ModelMistake

HASHES = "hashes.json"
_HASHES = TypeAdapter(dict[str, str])
_RUNS_CODE = frozenset(
    {
        ".pkl", ".pickle", ".joblib", ".dill", ".cloudpickle", ".pt", ".pth",
        ".pyc", ".pyd", ".so", ".dll", ".dylib",
    }
)  # fmt: skip
_PICKLES = frozenset(bytes((0x80, protocol)) for protocol in range(2, 6))
_OF_MLFLOW = "registered_model_meta"  # MLflow adds it to what it downloads


def write_hashes(folder: Path) -> list[Path]:
    """Write the SHA-256 of every file to `hashes.json`; gives all files."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    hashes = {path.relative_to(folder).as_posix(): _hash(path) for path in files}
    (folder / HASHES).write_text(json.dumps(hashes, indent=1), encoding="utf-8")
    return [*files, folder / HASHES]


def verify(folder: Path) -> None:
    """Compare the files of a model folder with the hashes that were written when it was saved.

    Raises
    ------
    ModelMistake
        Naming the first file that differs, is absent or not listed, is a link, or holds a pickle;
        or when `hashes.json` is absent or names a file outside.

    """
    if not (folder / HASHES).is_file():
        raise ModelMistake("model.absent", folder=folder)
    found = _files(folder)
    hashes = _read_hashes(folder)
    for name in sorted(found - hashes.keys() - {HASHES}):
        if not _is_of_others(name):
            raise ModelMistake("model.unlisted", folder=folder.name, file=name)
    for name, expected in hashes.items():
        if leads_out(name):
            raise ModelMistake("model.outside", folder=folder.name, file=name)
        if name not in found or _hash_of_data(folder, name) != expected:
            raise ModelMistake("model.changed", folder=folder.name, file=name)


def leads_out(name: str) -> bool:
    """Whether a relative path leaves where it starts, on any system.

    Examples
    --------
    >>> leads_out("models/v1"), leads_out("../v1"), leads_out("/v1"), leads_out("C:v1")
    (False, True, True, True)

    """
    windows = PureWindowsPath(name)
    return bool(windows.drive or windows.root) or ".." in windows.parts or name.startswith("/")


def _files(folder: Path) -> set[str]:
    """The paths of the plain files in the folder; no link is followed."""
    names, todo = set(), [""]
    while todo:
        place = todo.pop()
        with os.scandir(folder / place) as entries:
            for entry in entries:
                name = place + entry.name
                if entry.is_dir(follow_symlinks=False):
                    todo.append(f"{name}/")
                elif entry.is_file(follow_symlinks=False):
                    names.add(name)
                else:
                    raise ModelMistake("model.link", folder=folder.name, file=name)
    return names


def _read_hashes(folder: Path) -> dict[str, str]:
    try:
        return _HASHES.validate_json((folder / HASHES).read_bytes(), strict=True)
    except ValueError as error:
        raise ModelMistake("model.changed", folder=folder.name, file=HASHES) from error


def _is_of_others(name: str) -> bool:
    # What Python and MLflow leave in a folder that MLflow has loaded; relevo reads none of it.
    parts = PurePosixPath(name).parts
    return name == _OF_MLFLOW or (parts[0] == "code" and parts[-2:-1] == ("__pycache__",))


def _hash_of_data(folder: Path, name: str) -> str:
    with (folder / name).open("rb") as file:
        if PurePosixPath(name).suffix.lower() in _RUNS_CODE or _is_pickle(file):
            raise ModelMistake("model.runs_code", folder=folder.name, file=name)
        return _digest(file)


def _is_pickle(file: BufferedReader) -> bool:
    start = file.read(2)
    file.seek(0)
    return start in _PICKLES


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return _digest(file)


def _digest(file: BufferedReader) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()
