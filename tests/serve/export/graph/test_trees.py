from __future__ import annotations

import lightgbm
import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from relevo.learn.booster_trees import read_trees
from relevo.serve.export.graph.builder import Graph
from relevo.serve.export.graph.trees import trees

Floats = NDArray[np.float64]
OBJECTIVES = {"regression": {}, "binary": {}, "multiclass": {"num_class": 3}}


def rows(count: int, seed: int, codes: int = 70) -> Floats:
    """Numbers with and without missing values, one of few values, and two categories."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(count, 5))
    values[:, 1] = random.integers(-2, 3, count)
    values[:, 3:] = random.integers(0, [codes, 6], (count, 2))
    gone = random.random((count, 5)) < 0.1
    gone[:, 2] = False
    values[gone] = np.nan
    return values


def trained(objective: str) -> lightgbm.Booster:
    values = rows(2000, 0)
    known = np.nan_to_num(values)
    signal = known[:, 0] * known[:, 1] + (known[:, 3] % 7 == 3) * 2 + np.abs(known[:, 2])
    target = signal if objective == "regression" else np.digitize(signal, [0.5, 2.0])
    if objective == "binary":
        target = np.minimum(target, 1)
    parameters = {
        "objective": objective, "num_leaves": 31, "min_data_per_group": 5, "cat_smooth": 1.0,
        "verbose": -1, "num_threads": 1, **OBJECTIVES[objective],
    }  # fmt: skip
    data = lightgbm.Dataset(values, target, categorical_feature=[3, 4])
    return lightgbm.train(parameters, data, 20)


def scores(text: str, values: Floats) -> Floats:
    graph = Graph()
    columns = [graph.input(f"f{place}", "double") for place in range(values.shape[1])]
    outputs, _ = read_trees(text)
    graph.output("scores", trees(graph.concatenated(*columns), text), "double", outputs)
    model = graph.model("trees", 1, {}).SerializeToString()
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    fed = {f"f{place}": column[:, np.newaxis] for place, column in enumerate(values.T)}
    return np.asarray(session.run(["scores"], fed)[0])


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_scores_are_lightgbms_own(objective: str) -> None:
    booster = trained(objective)
    text = booster.model_to_string()
    kinds = {split.members is None for tree in read_trees(text)[1] for split in tree.splits}
    assert kinds == {True, False}
    # Codes that training has not seen, values missing where none was, and zero.
    new = rows(2000, 1, codes=300)
    new[:100, 2], new[100:200, 2] = np.nan, 0.0
    for values in (rows(2000, 0), new):
        expected = booster.predict(values, raw_score=True).reshape(len(values), -1)
        assert np.abs(scores(text, values) - expected).max() < 1e-12


def test_values_at_a_threshold_go_left() -> None:
    booster = trained("regression")
    text = booster.model_to_string()
    splits = [split for tree in read_trees(text)[1] for split in tree.splits]
    limits = [(split.feature, split.threshold) for split in splits if split.members is None]
    values = np.repeat(rows(1, 3), 3 * len(limits), axis=0)
    for place, (feature, threshold) in enumerate(limits):
        beside = [np.nextafter(threshold, side) for side in (-np.inf, np.inf)]
        values[3 * place : 3 * place + 3, feature] = [beside[0], threshold, beside[1]]
    expected = booster.predict(values, raw_score=True)
    assert np.abs(scores(text, values)[:, 0] - expected).max() < 1e-12


def test_trees_without_a_split_are_constants() -> None:
    data = lightgbm.Dataset(rows(300, 0), np.full(300, 2.5))
    booster = lightgbm.train({"objective": "regression", "verbose": -1}, data, 3)
    assert not any(tree.splits for tree in read_trees(booster.model_to_string())[1])
    found = scores(booster.model_to_string(), rows(4, 1))
    assert found == pytest.approx(booster.predict(rows(4, 1))[:, np.newaxis])
