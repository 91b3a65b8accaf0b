"""`ExpectedLosses`: a regression's loss on rows without outcomes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.errors import ProblemMistake
from relevo.score.metrics import Metric
from relevo.score.regression import absolute_rows, pinball_rows, squared_rows
from relevo.validate.expected.one_step import OneStep, spread_of
from relevo.validate.expected.outcome_model import OutcomeModel
from relevo.validate.target.encode import beside

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

_ROWS: dict[str, Callable[[Floats, Floats], Floats]] = {
    "rmse": squared_rows,
    "mae": absolute_rows,
    "pinball": pinball_rows,
}


class ExpectedLosses:
    """Labelled rows of a regression, and a model of their losses that is learnt once.

    Without labels the loss of new rows is what rows like them have lost: boosters predict each
    row's loss from its columns and its prediction.

    Parameters
    ----------
    metric
        `rmse`, `mae` or `pinball`.
    prediction, labels
        Shape `(n_rows,)` each.
    rows, blocks, seed
        As `relevo.validate.expected.expected_classes.ExpectedClasses` takes them.

    """

    def __init__(
        self,
        metric: Metric,
        prediction: Floats,
        labels: Floats,
        rows: pl.DataFrame | None,
        blocks: Codes | None,
        seed: int,
    ) -> None:
        if metric.name not in _ROWS:
            raise ProblemMistake("expected.no_estimate", metric=metric.name, known=", ".join(_ROWS))
        self.metric, self.rows, self.blocks, self.seed = metric, rows, blocks, seed
        self.losses = _ROWS[metric.name](labels, prediction)
        self._columns = beside(pl.DataFrame() if rows is None else rows, prediction)

    def estimate(self, prediction: Floats, rows: pl.DataFrame | None, weights: Floats) -> OneStep:
        """The metric of new rows; `weights` of the labelled ones, shape `(n_rows,)`."""
        columns = beside(pl.DataFrame() if rows is None else rows, prediction)
        fresh = self._model(columns, self._guess(len(prediction)))
        share = weights / weights.sum()
        missed = self.losses - self._model.held[:, 0]
        mean = max(float(fresh.mean() + share @ missed), 0.0)
        drawn = float(share @ missed**2) / len(prediction)
        error = float(np.hypot(np.sqrt(drawn), spread_of(share * missed, self.blocks)))
        if self.metric.name != "rmse":
            return OneStep(mean, error, "columns")
        root = float(np.sqrt(mean))
        return OneStep(root, error / max(2 * root, 1e-300), "columns")

    @cached_property
    def _model(self) -> OutcomeModel:
        guess = self._guess(len(self.losses))
        return OutcomeModel.fit(self._columns, self.losses, guess, "regression", seed=self.seed)

    def _guess(self, rows: int) -> Floats:
        return np.full((rows, 1), self.losses.mean())
