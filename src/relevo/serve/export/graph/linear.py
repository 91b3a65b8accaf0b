"""`linear`: the raw scores of a linear model."""

from __future__ import annotations

import numpy as np

from relevo.learn.linear_predictor import LinearPredictor
from relevo.serve.export.graph.builder import Tensor
from relevo.serve.export.graph.layout import dense, levels


def linear(values: Tensor, predictor: LinearPredictor) -> Tensor:
    """Raw scores `(n_rows, n_outputs)`."""
    layout, weights = predictor.layout, predictor.coefficients.weights
    of_dense, of_levels = np.split(weights, [layout.n_dense])
    parts = []
    if layout.n_dense:
        parts.append(dense(values, layout) @ of_dense)
    if len(layout.categories):
        rows = levels(values, layout)
        parts.append(rows.graph.apply("Gather", of_levels, rows).summed(axis=1))
    scores = parts[0] if len(parts) == 1 else parts[0] + parts[1]
    return scores + predictor.coefficients.intercept
