"""Save a model as one folder and load it again: no pickle, every file's hash checked.

The folder is complete or absent: it is written under another name and renamed when it is on disk.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import polars as pl
from pydantic import Field, TypeAdapter

from relevo.data.contract_file import read_contract, write_contract
from relevo.errors import ModelMistake, RelevoError
from relevo.model.hashes import verify, write_hashes
from relevo.model.lineage import Lineage
from relevo.model.mlflow_files import write_mlflow_files
from relevo.model.model import Model
from relevo.prepare.preparation import Preparation
from relevo.problem.problem import Problem
from relevo.score.evidence import Evidence
from relevo.train.registry import load_predictor

_FORMAT = 1
_ABANDONED_SECONDS = 86_400
_SHOWN = 300
_EVIDENCE = TypeAdapter(Evidence)
_LINEAGE = TypeAdapter(Lineage)


@dataclass(frozen=True)
class _Saved:
    """What `model.json` holds."""

    format: int
    version: Annotated[int, Field(ge=0)]
    classes: tuple[bool | int | float | str, ...]
    threshold: Annotated[float, Field(allow_inf_nan=False)]
    problem: Problem
    evidence: Evidence
    lineage: Lineage


_SAVED = TypeAdapter(_Saved)


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
        for path in write_hashes(unfinished):
            _sync(path)
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
        When there is none, a file was changed since it was saved, is not one that `save_model`
        writes, or cannot be read, or a newer relevo wrote it.

    """
    verify(folder)
    with _unreadable_told(folder):
        details = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        if details["format"] > _FORMAT:
            raise ModelMistake("model.newer", folder=folder.name, format=details["format"])
        saved = _SAVED.validate_python(details)
        return Model(
            problem=saved.problem,
            contract=read_contract(folder / "contract.toml"),
            preparation=Preparation.load(folder / "preparation.json"),
            predictor=load_predictor(folder / "predictor"),
            evidence=saved.evidence,
            lineage=saved.lineage,
            classes=saved.classes,
            threshold=saved.threshold,
            version=saved.version,
        )


def model_table(folder: Path, name: str) -> pl.DataFrame:
    """Rows that were kept beside a model (`judged`, `reference`)."""
    return pl.read_parquet(folder / f"{name}.parquet")


@contextmanager
def _unreadable_told(folder: Path) -> Iterator[None]:
    """Inside, whatever somebody else's files raise becomes a ModelMistake."""
    try:
        yield
    except RelevoError:
        raise
    except (Exception, pl.exceptions.PanicException) as error:
        detail = "; ".join(str(error).splitlines()[:3])[:_SHOWN] or type(error).__name__
        raise ModelMistake("model.unreadable", folder=folder.name, detail=detail) from error


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
