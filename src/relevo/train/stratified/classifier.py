"""`StratifiedClassifier`: a model of classes for each segment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from relevo.learn.classifier import Classifier
from relevo.train.stratified.estimator import Stratified


class StratifiedClassifier(Classifier, Stratified):
    """A logistic model per segment, pooled with the others as far as the evidence says.

    Of several classes each has coefficients of its own, the probabilities add up to 1. Parameters
    and attributes are those of `StratifiedRegressor`; besides, `classes_`.

    Examples
    --------
    >>> rows = {"place": ["A", "B"] * 60, "x": [float(i % 7) - 3.0 for i in range(120)]}
    >>> sign = [(x if place == "A" else -x) > 0 for place, x in zip(*rows.values())]
    >>> model = StratifiedClassifier(segment="place").fit(rows, sign)
    >>> model.predict({"place": ["A", "B"], "x": [2.0, 2.0]}).tolist()
    [True, False]

    """

    losses = ("logistic",)

    def __init__(
        self,
        segment: str | int | Sequence[str | int] | None = None,
        pooling: str = "auto",
        graph: Any = None,
        loss: str = "logistic",
        family: str = "linear",
        ordered: bool = False,
        seed: int = 0,
        threads: int | None = None,
    ) -> None:
        super().__init__(segment, pooling, graph, loss, family, ordered, seed, threads)
