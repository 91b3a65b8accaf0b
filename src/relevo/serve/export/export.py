"""`export`: a version in a format, complete in its folder or not there at all."""

from __future__ import annotations

import shutil
import tempfile
from importlib import import_module
from pathlib import Path

from relevo.errors import OptionMistake, nearest
from relevo.serve.export.chosen import Chosen
from relevo.serve.export.deviation import Deviation

FORMATS = ("mlflow", "onnx", "package", "docker", "systemd")


def export(chosen: Chosen, to: Path, format: str) -> Deviation | None:
    """Write a version to a folder that is new or empty.

    Parameters
    ----------
    chosen
        The version.
    to
        The folder.
    format
        One of `FORMATS`.

    Returns
    -------
    Deviation or None
        How near the export's answers are to the model's, where a format computes them anew.

    Raises
    ------
    OptionMistake
        When there is no such format, or the folder holds something.
    ModelMistake
        When the model cannot be written in this format, or would answer otherwise.
    MissingExtra
        When the format needs a library that is not installed.

    """
    if format not in FORMATS:
        known, hint = ", ".join(FORMATS), nearest(format, FORMATS)
        raise OptionMistake("export.unknown_format", format=format, known=known, hint=hint)
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise OptionMistake("export.not_empty", folder=to)
    above = next(folder for folder in to.resolve().parents if folder.exists())
    unfinished = Path(tempfile.mkdtemp(prefix=f".{to.name}-", dir=above))
    try:
        deviation = _written(chosen, unfinished, to, format)
        _move(unfinished, to)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return deviation


def _written(chosen: Chosen, folder: Path, to: Path, format: str) -> Deviation | None:
    name = f"as_{format}"
    write = getattr(import_module(f"relevo.serve.export.{name}"), name)
    deviation: Deviation | None = write(chosen, folder, to)
    return deviation


def _move(unfinished: Path, to: Path) -> None:
    if to.exists():  # and empty: it may be where somebody stands
        for path in unfinished.iterdir():
            shutil.move(path, to / path.name)
    else:
        to.parent.mkdir(parents=True, exist_ok=True)
        unfinished.chmod(0o755)
        unfinished.rename(to)
