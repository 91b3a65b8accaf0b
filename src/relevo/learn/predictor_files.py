"""Read and write `predictor.json`, which names a predictor's kind, features and classes."""

from __future__ import annotations

import gzip
import json
import math
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from numpy.lib import format as npy
from numpy.typing import NDArray

from relevo.errors import ModelMistake

FILE = "predictor.json"
BROKEN = (
    OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError,
    MemoryError, RuntimeError, BadZipFile, struct.error, zlib.error,
)  # fmt: skip
# What a file may become in memory: beyond both it is there to fill it.
_TIMES, _ALLOWED = 100, 512_000_000
_PIECE = 1_000_000
_HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


def write_details(folder: Path, **details: Any) -> None:
    """Write `predictor.json` into the folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(details, indent=1, ensure_ascii=False)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


@contextmanager
def broken_files_told(folder: Path, *more: type[Exception]) -> Iterator[None]:
    """Inside, whatever a missing or broken file raises becomes a ModelMistake; `more` as well."""
    kinds: tuple[type[Exception], ...] = (*BROKEN, *more)
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
        lists = [*details["features"], *details["classes"], details["kind"]]
        if any(isinstance(one, list | dict) for one in lists):
            raise ValueError(details["kind"])
    return details


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of an `.npz` file: numbers, booleans and texts.

    Raises
    ------
    ModelMistake
        When it is not there, is broken, holds objects, which could run code, or would become too
        large in memory.

    """
    with broken_files_told(path.parent), ZipFile(path) as archive:
        members = archive.infolist()
        _refuse_inflated(path, sum(member.file_size for member in members))
        return {one.filename.removesuffix(".npy"): _array(archive, one) for one in members}


def read_packed(path: Path) -> bytes:
    """The content of a `.gz` file.

    Raises
    ------
    ModelMistake
        When it is not there, is broken, or would become too large in memory.

    """
    pieces, size = [], 0
    with broken_files_told(path.parent), gzip.open(path) as file:
        while piece := file.read(_PIECE):
            pieces.append(piece)
            size += len(piece)
            _refuse_inflated(path, size)
    return b"".join(pieces)


def _array(archive: ZipFile, member: ZipInfo) -> NDArray[Any]:
    with archive.open(member) as file:
        shape, _, dtype = _HEADERS[npy.read_magic(file)](file)
        # An array takes the memory that its header asks for before it is read.
        whole = file.tell() + math.prod(shape) * dtype.itemsize == member.file_size
        if dtype.kind not in "biufSU" or not whole:
            raise ValueError(member.filename)
        file.seek(0)
        array: NDArray[Any] = npy.read_array(file, allow_pickle=False)
        return array


def _refuse_inflated(path: Path, size: int) -> None:
    if size <= _ALLOWED:
        return
    packed = path.stat().st_size
    if size > _TIMES * packed:
        limit = max(_ALLOWED, _TIMES * packed)
        raise ModelMistake(
            "learn.inflates",
            file=path,
            packed_mb=f"{packed / 1e6:.3g}",
            limit_mb=f"{limit / 1e6:.0f}",
            times=_TIMES,
            allowed_mb=f"{_ALLOWED / 1e6:.0f}",
        )
