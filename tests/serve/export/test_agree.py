from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from relevo.errors import ModelMistake
from relevo.learn.ensemble_predictor import EnsemblePredictor
from relevo.serve.export.agree import agree
from relevo.serve.export.graph.inputs import inputs_of
from relevo.serve.export.graph.whole import whole


def shifted(chosen: Any, by: float) -> Any:
    """The same model, its scores moved."""
    predictor = chosen.model.predictor
    assert isinstance(predictor, EnsemblePredictor)
    calibration = replace(predictor.calibration, shift=predictor.calibration.shift + by)
    moved = EnsemblePredictor(
        predictor.members, predictor.features, predictor.classes, calibration, predictor.spread
    )
    return replace(chosen.model, predictor=moved)


@pytest.mark.parametrize(("by", "fits"), [(1e-7, True), (1e-4, False)])
def test_answers_that_differ_are_refused(
    choose: Any, tmp_path: Path, by: float, fits: bool
) -> None:
    chosen = choose("two", "linear")
    inputs, file = inputs_of(chosen.model), tmp_path / "model.onnx"
    file.write_bytes(whole(shifted(chosen, by), inputs).SerializeToString())
    if fits:
        found = agree(chosen.model, chosen.folder, file, inputs).largest_difference
        assert 1e-8 < found < 1e-7  # a probability moves by at most a quarter of its score
        return
    with pytest.raises(ModelMistake, match="answers differ") as caught:
        agree(chosen.model, chosen.folder, file, inputs)
    assert float(str(caught.value.values["largest"])) < by


def test_numbers_are_held_to_a_share_of_their_range(choose: Any, tmp_path: Path) -> None:
    chosen = choose("regression", "linear")  # predictions reach over some 20,000
    inputs, file = inputs_of(chosen.model), tmp_path / "model.onnx"
    file.write_bytes(whole(shifted(chosen, 1e-3), inputs).SerializeToString())
    deviation = agree(chosen.model, chosen.folder, file, inputs)
    assert deviation.largest_difference == pytest.approx(1e-3, rel=1e-3)
    file.write_bytes(whole(shifted(chosen, 1.0), inputs).SerializeToString())
    with pytest.raises(ModelMistake, match="answers differ"):
        agree(chosen.model, chosen.folder, file, inputs)


def test_without_judged_rows_nothing_is_held_to_anything(choose: Any, tmp_path: Path) -> None:
    chosen = choose("two", "linear")
    folder = tmp_path / "v3"
    shutil.copytree(chosen.folder, folder)
    (folder / "judged.parquet").unlink()
    with pytest.raises(ModelMistake, match=r"judged\.parquet"):
        agree(chosen.model, folder, folder / "model.onnx", inputs_of(chosen.model))
