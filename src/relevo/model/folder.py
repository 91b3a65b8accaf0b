"""Save a model as one folder and load it again: no pickle, every file's hash checked.

The folder is complete or absent: it is written under another name and renamed when it is on disk.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import TypeAdapter

from relevo.data.contract_file import read_contract, write_contract
from relevo.errors import ModelMistake
from relevo.model.lineage import Lineage
from relevo.model.mlflow_files import write_mlflow_files
from relevo.model.model import Model
from relevo.prepare.preparation import Preparation
from relevo.problem.problem import Problem
from relevo.score.evidence import Evidence
from relevo.train.registry import load_predictor

HASHES = "hashes.json"
_FORMAT = 1
_ABANDONED_SECONDS = 86_400
_EVIDENCE = TypeAdapter(Evidence)
_LINEAGE = TypeAdapter(Lineage)


def save_model(
    model: Model, folder: Path, tables: Mapping[str, pl.DataFrame] | None = None
) -> None:
    """Write a model to a folder that does not exist yet.

    Parameters
    ----------
    model
        What is saved.
    folder
        Where; its parent exists.
    tables
        Rows kept beside the model, one Parquet file each (`judged`, `reference`).

    Raises
    ------
    ModelMistake
        When the folder exists: a model is never written over.

    """
    if folder.exists():
        raise ModelMistake("model.exists", folder=folder.name)
    _sweep(folder.parent)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        _write(model, unfinished)
        for name, table in (tables or {}).items():
            table.write_parquet(unfinished / f"{name}.parquet")
        _write_hashes(unfinished)
        unfinished.chmod(0o755)
        unfinished.rename(folder)
        _sync(folder.parent)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def load_model(folder: Path) -> Model:
    """The model in a folder.

    Raises
    ------
    ModelMistake
        When there is none, a file was changed since it was saved, or a newer relevo wrote it.

    """
    verify(folder)
    saved = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    if saved["format"] > _FORMAT:
        raise ModelMistake("model.newer", folder=folder.name, format=saved["format"])
    return Model(
        problem=Problem.model_validate(saved["problem"]),
        contract=read_contract(folder / "contract.toml"),
        preparation=Preparation.load(folder / "preparation.json"),
        predictor=load_predictor(folder / "predictor"),
        evidence=_EVIDENCE.validate_python(saved["evidence"]),
        lineage=_LINEAGE.validate_python(saved["lineage"]),
        classes=tuple(saved["classes"]),
        threshold=saved["threshold"],
        version=saved["version"],
    )


def verify(folder: Path) -> None:
    """Compare every file of a model folder with the hash that was written when it was saved.

    Raises
    ------
    ModelMistake
        Naming the first file that differs or is absent.

    """
    try:
        hashes = json.loads((folder / HASHES).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelMistake("model.absent", folder=folder) from error
    for name, expected in hashes.items():
        path = folder / name
        if not path.is_file() or _hash(path) != expected:
            raise ModelMistake("model.changed", folder=folder.name, file=name)


def model_table(folder: Path, name: str) -> pl.DataFrame:
    """Rows that were kept beside a model (`judged`, `reference`)."""
    return pl.read_parquet(folder / f"{name}.parquet")


def _write(model: Model, folder: Path) -> None:
    saved: dict[str, Any] = {
        "format": _FORMAT,
        "version": model.version,
        "classes": list(model.classes),
        "threshold": model.threshold,
        "problem": model.problem.model_dump(mode="json"),
        "evidence": _EVIDENCE.dump_python(model.evidence, mode="json"),
        "lineage": _LINEAGE.dump_python(model.lineage, mode="json"),
    }
    text = json.dumps(saved, indent=1, ensure_ascii=False)
    (folder / "model.json").write_text(text, encoding="utf-8")
    write_contract(model.contract, folder / "contract.toml")
    model.preparation.save(folder / "preparation.json")
    (folder / "predictor").mkdir()
    model.predictor.save(folder / "predictor")
    write_mlflow_files(model, folder)


def _write_hashes(folder: Path) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    hashes = {str(path.relative_to(folder)): _hash(path) for path in files}
    (folder / HASHES).write_text(json.dumps(hashes, indent=1), encoding="utf-8")
    for path in [*files, folder / HASHES]:
        _sync(path)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sweep(parent: Path) -> None:
    """Remove what a kill in the middle of saving has left, once nobody can be writing it."""
    for left in parent.glob(".*-*"):
        if time.time() - left.stat().st_mtime > _ABANDONED_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
