"""`ExpectedClasses`: a classification's metric on rows without labels."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from relevo.learn.links import probabilities
from relevo.score.expected import effects, expected
from relevo.score.metrics import Metric
from relevo.validate.expected.one_step import Kind, OneStep, spread_of
from relevo.validate.expected.outcome_model import Objective, OutcomeModel
from relevo.validate.expected.recalibrate import Recalibration, recalibrate
from relevo.validate.target.encode import beside

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

_CLIP = 1e-6


class ExpectedClasses:
    """Labelled rows of a classification, and what is learnt from them once.

    Parameters
    ----------
    metric
        What is estimated.
    prediction, labels
        Shapes `(n_rows, n_classes)` and `(n_rows,)`.
    rows
        Their columns, or None.
    blocks
        The number of each row's block, or None.
    seed
        Of folds and boosters.

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
        self.metric, self.prediction, self.labels = metric, prediction, labels
        self.blocks, self.seed = blocks, seed
        self._columns = pl.DataFrame() if rows is None else beside(rows, prediction)
        self._hit = labels[:, None] == np.arange(prediction.shape[1])

    def estimate(self, prediction: Floats, rows: pl.DataFrame | None, weights: Floats) -> OneStep:
        """The metric of new rows; `weights` of the labelled ones, shape `(n_rows,)`."""
        how: Kind = "columns"
        if rows is None:
            bend = self._bent(weights)
            held, chance, how = bend(self.prediction), bend(prediction), bend.kind
        else:
            fresh = self._outcome(beside(rows, prediction), self._guess(prediction))
            held, chance = probabilities(self._outcome.held), probabilities(fresh)
        found = expected(self.metric, prediction, chance)
        share = weights / weights.sum() * len(prediction)
        gains = effects(self.metric, prediction, chance, self.prediction)
        missed = share * ((self._hit - held) * gains).sum(axis=1)
        # A calibration is fitted to these very rows: what it missed is its error, not its bias.
        bias = 0.0 if rows is None else float(missed.sum())
        error = float(np.hypot(found.labels_error, spread_of(missed, self.blocks)))
        return OneStep(found.value + bias, error, how, chance)

    @cached_property
    def _bend(self) -> Recalibration:
        return self._bent(np.ones(len(self.labels)))

    def _bent(self, weights: Floats) -> Recalibration:
        return recalibrate(self.prediction, self.labels, weights, self.seed)

    def _guess(self, prediction: Floats) -> Floats:
        logs = np.log(np.clip(self._bend(prediction), _CLIP, 1 - _CLIP))
        return logs[:, 1:] - logs[:, :1] if logs.shape[1] == 2 else logs

    @cached_property
    def _outcome(self) -> OutcomeModel:
        guess = self._guess(self.prediction)
        objective: Objective = "binary" if guess.shape[1] == 1 else "multiclass"
        return OutcomeModel.fit(self._columns, self.labels, guess, objective, seed=self.seed)
