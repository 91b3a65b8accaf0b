from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime

from relevo.serve.export.export import export


def test_the_details_say_how_to_ask_the_file(choose: Any, tmp_path: Path) -> None:
    chosen = choose("three", "linear")
    deviation = export(chosen, tmp_path / "out", "onnx")
    assert deviation is not None
    details = json.loads((tmp_path / "out" / "export.json").read_text(encoding="utf-8"))
    assert details["largest_difference"] == deviation.largest_difference
    assert details["rows_compared"] == deviation.rows
    assert (details["version"], details["target"]) == (3, "late")
    assert details["classes"] == ["early", "fine", "late"]
    file = tmp_path / "out" / "model.onnx"
    onnx.checker.check_model(onnx.load(file), full_check=True)
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    assert [one["name"] for one in details["inputs"]] == [i.name for i in session.get_inputs()]
    kinds = {"double": np.float64, "int64": np.int64, "string": object}
    missing = {
        one["name"]: np.array(
            [[np.nan if one["missing"] == "NaN" else one["missing"]]], kinds[one["type"]]
        )
        for one in details["inputs"]
    }
    probabilities, label = session.run(details["outputs"], missing)
    expected = chosen.model.predict_row({})
    assert label.tolist() == [expected["label"]]
    assert np.abs(probabilities[0] - [*expected["probabilities"].values()]).max() < 1e-12
