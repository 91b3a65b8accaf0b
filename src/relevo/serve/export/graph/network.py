"""`network`: the raw scores of small networks.

Inputs are rounded to single precision as the networks see them; from there on sums are in double
precision, which is nearer to what single precision gives than another order of its sums.
"""

from __future__ import annotations

import numpy as np

from relevo.learn.network_predictor import Inputs, NetworkPredictor
from relevo.serve.export.graph.builder import Tensor
from relevo.serve.export.graph.layout import dense, levels


def network(values: Tensor, predictor: NetworkPredictor) -> Tensor:
    """Raw scores `(n_rows, n_outputs)`, the mean of the networks."""
    layers = [
        (weight.astype(np.float64), bias.astype(np.float64))
        for weight, bias in zip(predictor.weights, predictor.biases, strict=True)
    ]
    weight, bias = layers[0]
    sums = _seen(values, predictor.inputs) @ weight + bias
    for weight, bias in layers[1:]:
        sums = (sums * sums.apply("Sigmoid")) @ weight + bias
    mean = sums.apply("ReduceMean", np.array([0]), keepdims=0)
    return mean * predictor.factor + predictor.shift


def _seen(values: Tensor, inputs: Inputs) -> Tensor:
    """Dense inputs and one-hot levels side by side, `(n_rows, size)`."""
    parts, n_dense = [], inputs.layout.n_dense
    if n_dense:
        single = dense(values, inputs.layout, soft=True).cast("float")
        parts.append(single.cast("double"))
    if len(inputs.slots):
        parts.append(_one_hot(values, inputs, inputs.size - n_dense))
    return values.graph.concatenated(*parts)


def _one_hot(values: Tensor, inputs: Inputs, size: int) -> Tensor:
    graph, rows = values.graph, levels(values, inputs.layout)
    slots = graph.apply("Gather", inputs.slots.astype(np.int64), rows)
    ones = graph.zeros(values, len(inputs.layout.categories)) + 1.0
    return graph.zeros(values, size).apply("ScatterElements", slots, ones, axis=1)
