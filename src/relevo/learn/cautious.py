"""`cautious`: the mildest change that is as good as the best one, as far as one can tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from relevo.learn.learner import Floats

_STRETCHES = 6


@dataclass(frozen=True, eq=False)
class HeldLosses:
    """What several ways to change a model lose on rows held back, the mildest way first.

    Attributes
    ----------
    totals
        Shape `(n_blocks, n_ways)`: the sum of the weighted losses of each block of rows.
    masses
        Shape `(n_blocks,)`: the sum of the weights of its rows.

    """

    totals: Floats
    masses: Floats

    @classmethod
    def of(cls, losses: Floats, weight: Floats | None, blocks: NDArray[np.intp]) -> HeldLosses:
        """From the losses of rows, `(n_rows, n_ways)`; rows of one block depend on each other."""
        mass = np.ones(len(losses)) if weight is None else weight
        totals = [np.bincount(blocks, mass * way) for way in losses.T]
        masses = np.bincount(blocks, mass).astype(np.float64)
        return cls(np.stack(totals, axis=1), masses)

    def joined(self, older: HeldLosses, memory: float) -> HeldLosses:
        """These, and older ones that count only by the share `memory`."""
        return HeldLosses(
            np.concatenate((memory * older.totals, self.totals)),
            np.concatenate((memory * older.masses, self.masses)),
        )


def stretches(n_rows: int) -> NDArray[np.intp]:
    """The stretch of each row, of six that follow each other: rows near in time are alike."""
    return np.arange(n_rows) * _STRETCHES // max(1, n_rows)


def cautious(held: HeldLosses, errors: float = 1.0) -> int:
    """Which way to take: the first that is not worse than the best by a standard error.

    The rule of one standard error (Breiman et al., 1984, Classification and regression trees): the
    error is that of the difference of two ways on the same blocks, so that what all ways find
    hard does not count.

    Parameters
    ----------
    held
        The losses, the mildest way first: "as it is".
    errors
        How many standard errors.

    Examples
    --------
    >>> totals = np.array([[1.0, 0.9, 0.5], [1.0, 0.8, 1.1], [1.0, 0.9, 0.6], [1.0, 0.8, 1.2]])
    >>> cautious(HeldLosses(totals, np.ones(4)))
    1

    """
    mass = held.masses.sum()
    if mass <= 0:
        return 0
    blocks = mass**2 / (held.masses**2).sum()
    if blocks <= 1.0:  # of one block nobody knows how far it is from others
        return 0
    means = np.nan_to_num(held.totals.sum(axis=0) / mass, nan=np.inf)
    best = int(means.argmin())
    heard = held.masses > 0
    for way in range(best):
        worse = means[way] - means[best]
        apart = held.totals[heard, way] - held.totals[heard, best] - worse * held.masses[heard]
        error = np.sqrt((apart**2).sum() * blocks / (blocks - 1.0)) / mass
        if worse <= errors * error:
            return way
    return best
