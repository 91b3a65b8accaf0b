"""`whole`: a model's scoring from its columns to its answer, as one ONNX model."""

from __future__ import annotations

from typing import Any

import numpy as np

from relevo.model.model import UNSEEN, Model
from relevo.prepare.key import Key
from relevo.serve.export.graph.builder import Graph, Tensor
from relevo.serve.export.graph.inputs import Input, features
from relevo.serve.export.graph.scores import scores
from relevo.serve.export.graph.segments import Column
from relevo.serve.export.graph.stratified import stratified
from relevo.train.stratified.predictor import StratifiedPredictor


def whole(model: Model, inputs: tuple[Input, ...]) -> Any:
    """The model with the outputs that `outputs_of` names.

    Raises
    ------
    ModelMistake
        When a part of the model cannot be written in ONNX.

    """
    graph = Graph()
    given = {one.column: (graph.input(one.name, one.type), one) for one in inputs}
    values, predictor = features(model, given), model.predictor
    unseen = None
    if isinstance(predictor, StratifiedPredictor):
        keys = [Column(*given[s.column]) for s in model.preparation.steps if isinstance(s, Key)]
        raw, unseen = stratified(values, predictor, keys)
    else:
        raw = scores(values, predictor)
    if not model.classes:
        graph.output("value", raw, "double", 1)
    else:
        _classified(graph, raw, model)
    if unseen is not None:
        graph.output(UNSEEN, unseen, "bool", 1)
    name = model.problem.name
    return graph.model(name, model.version, {"target": model.problem.target})


def _classified(graph: Graph, raw: Tensor, model: Model) -> None:
    if model.binary:
        second = raw.apply("Sigmoid")
        probabilities = graph.concatenated(second * -1.0 + 1.0, second)
        position = (second >= float(model.threshold)).cast("int64").apply("Squeeze", np.array([1]))
    else:
        probabilities = raw.apply("Softmax", axis=1)
        position = probabilities.apply("ArgMax", axis=1, keepdims=0)
    graph.output("probabilities", probabilities, "double", len(model.classes))
    labels, kind = _labels(model.classes)
    graph.output("label", graph.apply("Gather", labels, position), kind)


def _labels(classes: tuple[Any, ...]) -> tuple[np.ndarray, str]:
    for kind, of in (("bool", bool), ("int64", int), ("double", float)):
        if all(type(label) is of for label in classes):
            return np.array(classes), kind
    return np.array([str(label) for label in classes], dtype=object), "string"
