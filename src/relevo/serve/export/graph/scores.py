"""`scores`: the raw scores of any predictor that training gives."""

from __future__ import annotations

import numpy as np

from relevo.errors import ModelMistake
from relevo.learn.additive_predictor import AdditivePredictor
from relevo.learn.boosting_predictor import BoostingPredictor
from relevo.learn.ensemble_predictor import EnsemblePredictor
from relevo.learn.learner import Predictor
from relevo.learn.linear_predictor import LinearPredictor
from relevo.learn.network_predictor import NetworkPredictor
from relevo.serve.export.graph.additive import additive
from relevo.serve.export.graph.builder import Tensor
from relevo.serve.export.graph.linear import linear
from relevo.serve.export.graph.network import network
from relevo.serve.export.graph.pairs import widened
from relevo.serve.export.graph.trees import trees


def scores(values: Tensor, predictor: Predictor) -> Tensor:
    """Raw scores `(n_rows, n_outputs)` of prepared features `(n_rows, n_features)`.

    Raises
    ------
    ModelMistake
        When the predictor is of a kind that cannot be written in ONNX.

    """
    if isinstance(predictor, EnsemblePredictor):
        return _ensemble(values, predictor)
    if isinstance(predictor, BoostingPredictor):
        return _boosting(values, predictor)
    if isinstance(predictor, LinearPredictor):
        return linear(values, predictor)
    if isinstance(predictor, NetworkPredictor):
        return network(values, predictor)
    if isinstance(predictor, AdditivePredictor):
        return additive(values, predictor)
    raise ModelMistake("export.no_graph", kind=predictor.kind)


def _ensemble(values: Tensor, predictor: EnsemblePredictor) -> Tensor:
    first, *others = (
        scores(values, member.predictor) * np.asarray(member.weight) for member in predictor.members
    )
    total = first
    for one in others:
        total = total + one
    return total * predictor.calibration.slope + predictor.calibration.shift


def _boosting(values: Tensor, predictor: BoostingPredictor) -> Tensor:
    seen = widened(values, predictor.pairs) if predictor.pairs else values
    return trees(seen, predictor.text) * predictor.factor + predictor.shift
