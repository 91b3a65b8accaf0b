"""Read and write `predictor.json`, which names a predictor's kind, features and classes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from relevo.errors import ModelMistake

FILE = "predictor.json"


def write_details(folder: Path, **details: Any) -> None:
    """Write `predictor.json` into the folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(details, indent=1, ensure_ascii=False)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def read_details(folder: Path) -> dict[str, Any]:
    """What `predictor.json` says.

    Raises
    ------
    ModelMistake
        When it is not there or no predictor's.

    """
    try:
        details: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
        details["kind"], details["features"], details["classes"]
    except (OSError, ValueError, KeyError, TypeError) as mistake:
        raise ModelMistake("learn.no_predictor", folder=folder) from mistake
    return details
