"""`QuickFit`: one cheap recipe on the same rows under several weights, to compare these."""

from __future__ import annotations

from dataclasses import replace

import lightgbm
import numpy as np

from relevo.learn.binned import binned
from relevo.learn.boosting import Boosting
from relevo.learn.learner import Floats
from relevo.learn.links import row_losses
from relevo.learn.rows import Rows, spread_and_mean
from relevo.learn.thinned import which

_MOST_ROWS = 30_000
_TREES, _RATE, _LEAVES = 60, 0.1, 15


class QuickFit:
    """Boosted trees of fixed settings.

    Parameters
    ----------
    seed, threads
        Of the trees.

    """

    def __init__(self, seed: int = 0, threads: int = 1) -> None:
        self.seed = seed
        self.recipe = Boosting(learning_rate=_RATE, leaves=_LEAVES, seed=seed, threads=threads)

    def losses(self, rows: Rows, weights: Floats, held: Rows) -> Floats:
        """The loss of each held row, `(n_held,)`, after learning from rows with these weights.

        Rows that weigh nothing are left out; of very many, a sample is learnt from.

        Parameters
        ----------
        rows
            What may be learnt from.
        weights
            Shape `(n_rows,)`, multiplied with the target's own.
        held
            What judges.

        """
        own = rows.target.weight
        weights = weights if own is None else weights * own
        counted = np.flatnonzero(weights > 0)
        chosen = counted[which(len(counted), _MOST_ROWS, False, self.seed)]
        part = rows.take(chosen)
        part = Rows(part.matrix, replace(part.target, weight=weights[chosen]))
        factor, shift = spread_and_mean(part.target)
        seen = part.scaled(factor, shift)
        parameters = self.recipe.parameters(seen)
        booster = lightgbm.train(dict(parameters), binned(seen, parameters), _TREES)
        predictor = self.recipe.predictor(booster, part, _TREES, factor, shift)
        predictor.threads = self.recipe.threads
        return row_losses(predictor.scores(held.matrix), held.target)
