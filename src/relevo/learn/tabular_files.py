"""An estimator as a folder: written whole or not at all, read without running code from it."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from relevo.data.contract_file import read_contract, write_contract
from relevo.errors import ModelMistake, RelevoError
from relevo.learn.classes import plain_labels
from relevo.learn.learner import Predictor, Trial
from relevo.learn.predictor_files import BROKEN
from relevo.learn.registry import load_predictor
from relevo.prepare.preparation import Preparation

FILE = "estimator.json"
_FORMAT = 1


def write_estimator(
    folder: Path, estimator: str, parameters: Mapping[str, Any], fitted: Any
) -> None:
    """Write a fitted estimator to a folder that does not exist yet.

    Parameters
    ----------
    folder
        Where; the folders above it are made if need be.
    estimator, parameters
        The name of its class and its arguments.
    fitted
        The estimator with the attributes that `fit` has set.

    Raises
    ------
    ModelMistake
        When the folder exists.

    """
    if folder.exists():
        raise ModelMistake("learn.folder_exists", folder=folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        details = {"format": _FORMAT, "estimator": estimator, "parameters": dict(parameters)}
        text = json.dumps(details | _details(fitted), indent=1, ensure_ascii=False)
        (unfinished / FILE).write_text(text + "\n", encoding="utf-8")
        write_contract(fitted.contract_, unfinished / "contract.toml")
        fitted.preparation_.save(unfinished / "preparation.json")
        fitted.predictor_.save(unfinished / "predictor")
        unfinished.chmod(0o755)
        unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def read_estimator(
    folder: Path, estimator: str, load: Callable[[Path], Predictor] = load_predictor
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The arguments and the fitted attributes of the estimator in a folder.

    Raises
    ------
    ModelMistake
        When there is none, its files are broken, a newer relevo wrote it, or it is another class's.

    """
    try:
        saved = json.loads((folder / FILE).read_text(encoding="utf-8"))
        if saved["format"] > _FORMAT:
            raise ModelMistake("learn.newer_estimator", folder=folder, format=saved["format"])
        if saved["estimator"] != estimator:
            kind = saved["estimator"]
            raise ModelMistake("learn.other_estimator", folder=folder, kind=kind, wanted=estimator)
        parameters = {name: _tuple(value) for name, value in saved["parameters"].items()}
        fitted = {
            "contract_": read_contract(folder / "contract.toml"),
            "preparation_": Preparation.load(folder / "preparation.json"),
            "predictor_": load(folder / "predictor"),
            "leaderboard_": tuple(
                Trial(**{name: _tuple(value) for name, value in trial.items()})
                for trial in saved["leaderboard"]
            ),
            "n_features_in_": saved["n_features"],
        }
        if saved["feature_names"] is not None:
            fitted["feature_names_in_"] = np.array(saved["feature_names"], dtype=object)
        if saved["classes"]:
            fitted["classes_"] = np.array(saved["classes"], dtype=np.dtype(saved["labels"]))
    except RelevoError:
        raise
    except BROKEN as mistake:
        raise ModelMistake("learn.no_estimator", folder=folder) from mistake
    return parameters, fitted


def _details(fitted: Any) -> dict[str, Any]:
    names, classes = (getattr(fitted, name, None) for name in ("feature_names_in_", "classes_"))
    return {
        "n_features": fitted.n_features_in_,
        "feature_names": None if names is None else names.tolist(),
        "classes": [] if classes is None else plain_labels(tuple(classes.tolist())),
        "labels": "" if classes is None else classes.dtype.str,
        "leaderboard": [asdict(trial) for trial in getattr(fitted, "leaderboard_", ())],
    }


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
