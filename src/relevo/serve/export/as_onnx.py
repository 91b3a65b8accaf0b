"""`as_onnx`: the whole scoring in one file, held to the model's own answers."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import relevo
from relevo.errors import MissingExtra
from relevo.model.model import Model
from relevo.serve.export.chosen import Chosen
from relevo.serve.export.deviation import Deviation
from relevo.words import say

if TYPE_CHECKING:
    from relevo.serve.export.graph.inputs import Input

MODEL_FILE, DETAILS_FILE = "model.onnx", "export.json"


def as_onnx(chosen: Chosen, folder: Path, to: Path) -> Deviation:
    """Write `model.onnx`, and `export.json`, which says what goes in and what comes out.

    Raises
    ------
    ModelMistake
        When the model cannot be written in ONNX, or the file answers otherwise than the model.
    MissingExtra
        When onnx or onnxruntime is not installed.

    """
    deviation, details = write_graph(chosen, folder)
    text = json.dumps(details, indent=1, ensure_ascii=False)
    (folder / DETAILS_FILE).write_text(text + "\n", encoding="utf-8")
    return deviation


def write_graph(chosen: Chosen, folder: Path) -> tuple[Deviation, dict[str, Any]]:
    """Write `model.onnx`; gives how well it agrees with the model, and what describes it."""
    _must_have_onnx()
    from relevo.serve.export.agree import agree
    from relevo.serve.export.graph.inputs import inputs_of, outputs_of
    from relevo.serve.export.graph.whole import whole

    model = chosen.model
    inputs = inputs_of(model)
    written = whole(model, inputs)
    (folder / MODEL_FILE).write_bytes(written.SerializeToString())
    deviation = agree(model, chosen.folder, folder / MODEL_FILE, inputs)
    return deviation, _details(model, inputs, outputs_of(model), deviation)


def _details(
    model: Model, inputs: tuple[Input, ...], outputs: tuple[str, ...], deviation: Deviation
) -> dict[str, Any]:
    return {
        "model": model.problem.name,
        "version": model.version,
        "relevo": relevo.__version__,
        "target": model.problem.target,
        "classes": list(model.classes),
        "threshold": model.threshold if model.binary else None,
        "inputs": [_described(one) for one in inputs],
        "outputs": list(outputs),
        "largest_difference": deviation.largest_difference,
        "rows_compared": deviation.rows,
    }


def _described(one: Input) -> dict[str, Any]:
    found = asdict(one)
    if isinstance(one.missing, float) and math.isnan(one.missing):
        found["missing"] = "NaN"
    if one.type == "int64":
        found["unit"] = "microseconds since 1970-01-01, UTC"
    return found


def _must_have_onnx() -> None:
    if not (find_spec("onnx") and find_spec("onnxruntime")):
        raise MissingExtra("onnx", say("export.onnx"))
