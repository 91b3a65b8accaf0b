from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import polars as pl
import pytest

from relevo.serve.export.agree import agree, feeds
from relevo.serve.export.graph.inputs import inputs_of
from relevo.serve.export.graph.whole import whole
from relevo.train.stratified.predictor import StratifiedPredictor


def written(chosen: Any, folder: Path) -> Path:
    file = folder / "model.onnx"
    file.write_bytes(whole(chosen.model, inputs_of(chosen.model)).SerializeToString())
    return file


def outputs(chosen: Any, file: Path, frame: pl.DataFrame) -> dict[str, Any]:
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_outputs()]
    fed = feeds(chosen.model.predictors(frame), inputs_of(chosen.model))
    return dict(zip(names, session.run(None, fed), strict=True))


@pytest.mark.parametrize(
    ("task", "learner"),
    [
        *product(["two", "three", "regression"], ["linear", "additive", "boosting"]),
        ("three", "network"),
        ("regression", "network"),
        ("two", "auto"),
    ],
)
def test_it_answers_as_the_model_does(choose: Any, task: str, learner: str, tmp_path: Path) -> None:
    chosen = choose(task, learner)
    deviation = agree(
        chosen.model, chosen.folder, written(chosen, tmp_path), inputs_of(chosen.model)
    )
    judged = pl.read_parquet(chosen.folder / "judged.parquet")
    # All judged rows, and 50 of them with each of eight columns missing and with other values.
    assert deviation.rows > judged.height + 8 * 50
    if learner in (
        "linear",
        "additive",
        "boosting",
    ):  # all in double precision: rounding of sums alone
        assert deviation.largest_difference < (1e-9 if task == "regression" else 1e-12)


@pytest.mark.parametrize(
    ("task", "segment", "graph"),
    [
        ("three", ("depot",), None),
        ("two", ("depot", "hour"), None),
        ("regression", ("hour",), "cyclic"),
        ("regression", ("fragile", "depot"), "hierarchy"),
    ],
)
def test_segments_are_found_by_their_names(
    choose: Any, task: str, segment: tuple[str, ...], graph: str | None, tmp_path: Path
) -> None:
    chosen = choose(task, "linear", segment, graph)
    assert isinstance(chosen.model.predictor, StratifiedPredictor)
    file = written(chosen, tmp_path)
    deviation = agree(chosen.model, chosen.folder, file, inputs_of(chosen.model))
    assert deviation.largest_difference < (1e-9 if task == "regression" else 1e-12)
    judged = pl.read_parquet(chosen.folder / "judged.parquet")
    elsewhere = judged.with_columns(pl.lit(None, dtype=judged[segment[0]].dtype).alias(segment[0]))
    for frame in (judged, elsewhere):
        unseen = outputs(chosen, file, frame)["unseen_segment"]
        assert np.array_equal(unseen[:, 0], chosen.model.predict(frame).unseen)


@pytest.mark.parametrize("task", ["two", "three"])
def test_labels_are_those_of_the_model(choose: Any, task: str, tmp_path: Path) -> None:
    chosen = choose(task, "linear")
    judged = pl.read_parquet(chosen.folder / "judged.parquet")
    found = outputs(chosen, written(chosen, tmp_path), judged)
    assert list(found) == ["probabilities", "label"]
    assert found["probabilities"].dtype == np.float64
    labels = chosen.model.predict_table(judged)["prediction"].to_list()
    assert found["label"].tolist() == labels
    assert len(set(labels)) == len(chosen.model.classes)


def test_a_number_has_a_column_of_its_own(choose: Any, tmp_path: Path) -> None:
    chosen = choose("regression", "linear")
    judged = pl.read_parquet(chosen.folder / "judged.parquet")
    found = outputs(chosen, written(chosen, tmp_path), judged)
    assert {name: values.shape for name, values in found.items()} == {"value": (judged.height, 1)}
