"""`LeafSteps`: boosting goes on along the leaves that there are, on new rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from relevo.learn.learner import Floats, Target
from relevo.learn.links import indicators, probabilities

Leaves = NDArray[np.int32]

# A leaf of so many new rows takes half of the step that they ask for. Of 25 to 250 rows, on
# drifting flights, none was better beyond noise.
_ROWS_FOR_HALF = 100.0
_REFRESHED = 10  # how often in one walk the residuals are computed anew
_MOST_LOG_ODDS = 4.0  # of a whole step: where a model was sure, Newton's step is boundless
_TINY = 1e-12


@dataclass(frozen=True, eq=False)
class LeafSteps:
    """Rows as a booster's trees see them, and steps of its leaves towards these rows.

    The trees keep their splits. One after the other, each adds to its leaves a part of Newton's
    step for the log loss or squared error that the whole model still makes, as if a new tree of
    the same form were boosted on these rows (Friedman, 2001, Greedy function approximation,
    Annals of Statistics 29). Unlike a refit of the leaves (Saffari et al., 2009, On-line random
    forests; LightGBM's `refit`), it starts from what the model says now: where new rows are few,
    or say what is known already, nothing moves.

    Attributes
    ----------
    leaves
        Shape `(n_rows, n_trees)`: the leaf of each row in each tree.
    values
        Shape `(n_trees, most_leaves)`: what each leaf adds to the score.
    target
        Of the rows; a regression's in the booster's units.
    n_outputs
        Tree `i` adds to output `i % n_outputs`.

    """

    leaves: Leaves
    values: Floats
    target: Target
    n_outputs: int

    def take(self, rows: NDArray[np.intp]) -> LeafSteps:
        """Some of the rows."""
        return LeafSteps(self.leaves[rows], self.values, self.target.take(rows), self.n_outputs)

    def scores(self, values: Sequence[Floats]) -> Floats:
        """Raw scores with other values in the leaves, shape `(n_rows, n_outputs, len(values))`."""
        together = np.stack(values, axis=-1)
        scores = np.zeros((len(self.leaves), self.n_outputs, len(values)))
        for output, trees in self._rounds():
            scores[:, output] += self._places(trees) @ together[trees].reshape(-1, len(values))
        return scores

    def after(self, strides: Sequence[float]) -> list[Floats]:
        """The leaves' values after steps towards these rows, for each of several strides.

        Parameters
        ----------
        strides
            The sum of the parts of Newton's step that all trees of an output take; 0 for none.

        """
        n_trees, most = self.values.shape
        parts = np.minimum(1.0, np.asarray(strides) * self.n_outputs / max(1, n_trees))
        start = self.scores([self.values])
        scores = np.repeat(start, len(parts), axis=2)
        values = np.repeat(self.values[..., np.newaxis], len(parts), axis=2)
        wanted = indicators(self.target, self.n_outputs)
        share, gain = _shares(self.target), np.broadcast_to(self.target.gain, self.n_outputs)
        bounds = (_MOST_LOG_ODDS if self.target.classes else np.inf) / gain
        curves = share * self._curves(start[..., 0])
        for output, trees in self._rounds():
            if output == 0:
                slopes = np.stack(
                    [share * self._slopes(one, wanted) for one in np.moveaxis(scores, 2, 0)], axis=2
                )
            places = self._places(trees)
            mass = places.T @ curves[:, output] + _ROWS_FOR_HALF * curves[:, output].mean() + _TINY
            down = (places.T @ slopes[:, output]) / mass[:, np.newaxis]
            step = -parts * np.clip(down, -bounds[output], bounds[output])
            values[trees] += step.reshape(-1, most, len(parts))
            scores[:, output] += places @ step
        return list(np.moveaxis(values, 2, 0))

    def _rounds(self) -> Iterator[tuple[int, slice]]:
        """Trees that step at once: some after each other of each output by turns."""
        n_trees = len(self.values)
        length = max(1, n_trees // self.n_outputs // _REFRESHED) * self.n_outputs
        for first in range(0, n_trees, length):
            for output in range(self.n_outputs):
                yield output, slice(first + output, first + length, self.n_outputs)

    def _places(self, trees: slice) -> csr_array:
        """Which leaves of some trees each row lies in, `(n_rows, n_these_trees * most_leaves)`."""
        leaves = self.leaves[:, trees]
        n_rows, count = leaves.shape
        most = self.values.shape[1]
        columns = (leaves + most * np.arange(count, dtype=np.int32)).ravel()
        starts = np.arange(0, n_rows * count + 1, count, dtype=np.int32)
        return csr_array((np.ones(len(columns)), columns, starts), shape=(n_rows, count * most))

    def _slopes(self, scores: Floats, wanted: Floats) -> Floats:
        """How the loss of each row changes with its scores, `(n_rows, n_outputs)`."""
        if not self.target.classes:
            return np.asarray(scores - wanted)
        return np.asarray(self.target.gain * (self._likely(scores) - wanted))

    def _curves(self, scores: Floats) -> Floats:
        """How the slopes change with the scores."""
        if not self.target.classes:
            return np.ones_like(scores)
        likely = self._likely(scores)
        return np.asarray(self.target.gain**2 * likely * (1.0 - likely))

    def _likely(self, scores: Floats) -> Floats:
        return probabilities(self.target.in_all(scores))[:, -self.n_outputs :]


def _shares(target: Target) -> Floats | float:
    """What each row counts: its weight over the mean weight, `(n_rows, 1)`."""
    if target.weight is None:
        return 1.0
    return np.asarray((target.weight / (target.weight.mean() or 1.0))[:, np.newaxis])
