"""The files that make a model folder an MLflow model too.

`mlflow.pyfunc.load_model(folder)` and `mlflow models serve -m folder` work on it: the folder
carries the code that scores (under `code/`), so only MLflow and the folder's requirements are
needed. relevo itself never runs that copy.
"""

from __future__ import annotations

import json
import platform
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Any

import relevo
from relevo.data.contract import Contract
from relevo.model.model import Model

# What scoring needs; the rooms below `model` in the order of arrows are left out.
_ROOMS = ("words", "problem", "compute", "data", "prepare", "score", "learn", "train", "model")
_LIBRARIES = ("numpy", "polars", "pydantic", "narwhals", "scipy", "threadpoolctl", "lightgbm")
_TYPES = {
    # MLflow would refuse whole numbers for a `double` and fractions for a `long`.
    "number": "any",
    "boolean": "boolean",
    "category": "string",
    "text": "string",
    "date": "datetime",
    "datetime": "datetime",
}


def write_mlflow_files(model: Model, folder: Path) -> None:
    """Write `MLmodel`, `requirements.txt`, `python_env.yaml` and `code/` into a model folder."""
    requirements = [f"{name}=={version(name)}" for name in _LIBRARIES]
    (folder / "requirements.txt").write_text("\n".join(requirements) + "\n", encoding="utf-8")
    environment = {
        "python": platform.python_version(),
        "build_dependencies": ["pip"],
        "dependencies": ["-r requirements.txt"],
    }
    # JSON is YAML.
    (folder / "python_env.yaml").write_text(json.dumps(environment, indent=1), encoding="utf-8")
    (folder / "MLmodel").write_text(json.dumps(_mlmodel(model), indent=1), encoding="utf-8")
    _copy_code(folder / "code" / "relevo")


def _mlmodel(model: Model) -> dict[str, Any]:
    return {
        "flavors": {
            "python_function": {
                "loader_module": "relevo.model.mlflow_flavor",
                "code": "code",
                "env": {"virtualenv": "python_env.yaml"},
                "python_version": platform.python_version(),
            },
            "relevo": {"version": relevo.__version__, "data": "."},
        },
        "model_uuid": None,
        "signature": {
            "inputs": json.dumps(_inputs(model.contract)),
            "outputs": None,
            "params": None,
        },
        "utc_time_created": model.lineage.created_at.strftime("%Y-%m-%d %H:%M:%S.%f"),
    }


def _inputs(contract: Contract) -> list[dict[str, Any]]:
    return [
        {
            "type": _TYPES[column.type],
            "name": column.name,
            "required": column.missing == 0 and column.type != "number",
        }
        for column in contract.required
    ]


def _copy_code(to: Path) -> None:
    package = Path(relevo.__file__).parent
    to.mkdir(parents=True)
    for file in ("__init__.py", "errors.py"):
        shutil.copyfile(package / file, to / file)
    for room in _ROOMS:
        shutil.copytree(
            package / room,
            to / room,
            ignore=shutil.ignore_patterns("__pycache__", "*.pyc"),
            copy_function=shutil.copyfile,
        )
