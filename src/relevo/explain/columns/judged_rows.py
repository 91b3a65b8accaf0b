"""`JudgedRows`: rows of known target, prepared, and what the problem's metric says of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.data.conform import conform
from relevo.errors import DataMistake
from relevo.learn.learner import Target
from relevo.model.model import Model
from relevo.prepare.matrix import Matrix
from relevo.score.as_judged import as_judged
from relevo.score.metrics import Metric
from relevo.score.metrics import metric as metric_named
from relevo.score.rows import block_codes, weights_of
from relevo.train.blocks import blocks_of
from relevo.train.target import target_of

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class JudgedRows:
    """Rows that nobody trained on, ready to be predicted again with other values.

    Attributes
    ----------
    model, measure
        What is explained, and the metric that judges it.
    frame
        The rows as the contract types them.
    matrix, target
        Prepared, `n_rows` each.
    blocks
        The block of each row, `(n_rows,)`; None when rows are independent.

    """

    model: Model
    measure: Metric
    frame: pl.DataFrame
    matrix: Matrix
    target: Target
    blocks: NDArray[np.intp] | None

    @classmethod
    def of(
        cls, model: Model, judged: pl.DataFrame, most: int, seed: int, by_metric: bool = True
    ) -> JudgedRows:
        """At most `most` of the rows whose target is known; `by_metric`: the metric judges them.

        Raises
        ------
        DataMistake
            When no row has a target, or the metric compares classes and the rows have one.

        """
        judged = judged.filter(pl.col(model.problem.target).is_not_null())
        if not judged.height:
            raise DataMistake("effects.no_target", column=model.problem.target)
        if judged.height > most:
            judged = judged.sample(most, seed=seed)
        measure = metric_named(model.problem.metric, model.problem.task)
        target = target_of(judged, model.problem, model.classes)
        if by_metric and measure.by_class and len(np.unique(target.values)) < 2:
            label = model.classes[int(target.values[0])]
            raise DataMistake(
                "effects.one_class", rows=judged.height, label=label, metric=measure.name
            )
        blocks = blocks_of(judged, model.problem)
        codes = None if blocks is None else block_codes(blocks, judged.height)
        frame = conform(judged, model.contract)
        return cls(model, measure, frame, model.preparation.table(frame), target, codes)

    def __len__(self) -> int:
        return len(self.target)

    def predicted(self, values: Floats) -> Floats:
        """What the metric looks at, of values `(n_rows, n_features)`."""
        found = self.model.predictor.predict(self.matrix.with_values(values))
        if self.measure.needs == "values":
            return found.values
        assert found.probabilities is not None
        return as_judged(self.measure, found.probabilities, self.model.threshold)

    def worth(self, predicted: Floats, weight: Floats | None = None) -> float:
        """The metric of these predictions, turned so that more is better."""
        weight = self.target.weight if weight is None else weight
        return self._sign * self.measure.function(self.target.values, predicted, weight)

    def influence(self, predicted: Floats) -> Floats | None:
        """What each row adds to the worth, `(n_rows,)`; None where the metric cannot tell."""
        if self.measure.influence is None:
            return None
        mass = weights_of(self.target.values, self.target.weight)
        return self._sign * self.measure.influence(self.target.values, predicted, mass)

    @property
    def _sign(self) -> float:
        return 1.0 if self.measure.greater_is_better else -1.0
