"""`stratified`: what is common to all segments, and how each differs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from relevo.errors import ModelMistake
from relevo.serve.export.graph.builder import Tensor
from relevo.serve.export.graph.scores import scores
from relevo.serve.export.graph.segments import Column, segments
from relevo.train.stratified.columns import Columns
from relevo.train.stratified.predictor import StratifiedPredictor

_LOSSES = ("squared", "huber", "logistic")  # whose score is the number, or the log-odds


def stratified(
    values: Tensor, predictor: StratifiedPredictor, keys: Sequence[Column]
) -> tuple[Tensor, Tensor]:
    """Raw scores `(n_rows, n_outputs)`, and whether a row's segment was not learnt from.

    Parameters
    ----------
    values
        The features but for the keys, `(n_rows, n_features - n_keys)`.
    predictor
        Of a version.
    keys
        The segment columns.

    Raises
    ------
    ModelMistake
        When the model does not know the names of all its segments, or predicts rates.

    """
    if predictor.settings["loss"] not in _LOSSES:
        raise ModelMistake("export.no_graph", kind=predictor.settings["loss"])
    node, unseen = segments(predictor, keys)
    of = predictor.coefficients
    table = np.concatenate((of.values, of.elsewhere[np.newaxis]))
    own = node.graph.apply("Gather", table, node.apply("Squeeze", np.array([1])))
    size = predictor.columns.size
    columns = _columns(values, predictor.columns).apply("Unsqueeze", np.array([1]))
    total = (_part(own, np.arange(size)) * columns).summed(axis=2)
    if predictor.base is None:
        return total, unseen
    of_base = scores(values, predictor.base)
    if predictor.base_scale is not None:
        mean, spread = predictor.base_scale.T
        slope = _part(own, np.array([table.shape[2] - 1])).summed(axis=2)
        total = total + slope * ((of_base - mean) / spread)
    return total + of_base, unseen


def _part(own: Tensor, places: np.ndarray) -> Tensor:
    return own.apply("Gather", places.astype(np.int64), axis=2)


def _columns(values: Tensor, columns: Columns) -> Tensor:
    """A constant, numbers and indicators, `(n_rows, size)`."""
    graph, one = values.graph, values.graph.zeros(values, 1) + 1.0
    if not len(columns.source):
        return one
    raw, missing = values.columns(columns.source), columns.level == -1.0
    gone = raw.is_missing()
    inside = raw.apply("Max", columns.low).apply("Min", columns.high)
    number = gone.chosen(columns.mean, inside)
    is_level = gone.chosen(missing.astype(np.float64), raw.same(columns.level).cast("double"))
    found = graph.apply("Where", np.isnan(columns.level), number, is_level)
    return graph.concatenated(one, (found - columns.mean) / columns.spread)
