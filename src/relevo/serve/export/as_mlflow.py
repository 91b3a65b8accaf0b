"""`as_mlflow`: the model folder as it is, which is an MLflow model already."""

from __future__ import annotations

import shutil
from pathlib import Path

from relevo.model.hashes import verify
from relevo.serve.export.chosen import Chosen


def as_mlflow(chosen: Chosen, folder: Path, to: Path) -> None:
    """Copy the model folder and hold the copy to the hashes that were written with the model."""
    shutil.copytree(chosen.folder, folder, dirs_exist_ok=True)
    verify(folder)
