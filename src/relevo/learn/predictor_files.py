"""Read and write `predictor.json`, which names a predictor's kind, features and classes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from relevo.errors import ModelMistake

FILE = "predictor.json"
_BROKEN = (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile)


def write_details(folder: Path, **details: Any) -> None:
    """Write `predictor.json` into the folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(details, indent=1, ensure_ascii=False)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


@contextmanager
def broken_files_told(folder: Path, *more: type[Exception]) -> Iterator[None]:
    """Inside, whatever a missing or broken file raises becomes a ModelMistake; `more` as well."""
    kinds: tuple[type[Exception], ...] = (*_BROKEN, *more)
    try:
        yield
    except kinds as mistake:
        raise ModelMistake("learn.no_predictor", folder=folder) from mistake


def read_details(folder: Path) -> dict[str, Any]:
    """What `predictor.json` says.

    Raises
    ------
    ModelMistake
        When it is not there or no predictor's.

    """
    with broken_files_told(folder):
        details: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
        details["kind"], details["features"], details["classes"]
    return details


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of an `.npz` file.

    Raises
    ------
    ModelMistake
        When it is not there, is broken, or holds objects, which could run code.

    """
    with broken_files_told(path.parent):
        packed = BytesIO(path.read_bytes())  # numpy leaves a file open whose archive is broken
        with np.load(packed, allow_pickle=False) as arrays:
            return dict(arrays)
