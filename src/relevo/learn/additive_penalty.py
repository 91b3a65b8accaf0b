"""`Penalty`: what holds the steps of an additive model together, learnt with them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from relevo.learn.additive_bins import Bins
from relevo.learn.learner import Floats

_LEAST_GAP = 0.1  # of the mean distance of two bins: nearer ones would be tied without end


@dataclass(frozen=True, eq=False)
class Penalty:
    """One quadratic form over a stretch of bins; its strength is learnt.

    Attributes
    ----------
    bins
        The stretch.
    form
        Shape `(n_bins, n_bins)`; its eigenvalues that are not zero have a mean of 1.
    rank
        How many these are.
    kin
        Penalties of the same name are expected to be about as strong as each other; None: alone.
    bins_alike
        Over how many bins each eigenvector is spread: a slope's strength is to be divided by it
        before it is compared with that of another number of bins.

    """

    bins: slice
    form: Floats
    rank: int
    kin: str | None = None
    bins_alike: int = 1

    def size(self, values: Floats) -> float:
        """The form's value, `(n_bins_in_all,)` given."""
        own = values[self.bins]
        return float(own @ self.form @ own)

    def trace(self, covariance: Floats) -> float:
        """The trace of the form times a covariance of all bins."""
        return float((covariance[self.bins, self.bins] * self.form).sum())


def penalties(bins: Bins, mass: Floats) -> list[Penalty]:
    """Of a number its bends, its slope, and its missing ones; of a category its differences.

    With the slope on its own a number can end as a straight line, and one that tells nothing as
    nothing at all (Marra and Wood, 2011, "Practical variable selection for generalized additive
    models").

    Parameters
    ----------
    bins
        The steps.
    mass
        The weight of the rows in each bin, shape `(size,)`; what no row is in needs no penalty.

    """
    found = []
    for feature, is_category in enumerate(bins.is_category):
        whole = bins.of(feature)
        known = slice(whole.start, whole.stop - 1)
        if is_category:
            found.append(_alike(whole))
            continue
        if mass[whole.stop - 1] > 0:
            found.append(_alike(slice(known.stop, whole.stop)))
        count = known.stop - known.start
        if count > 1:
            slope = bins.position[known] - bins.position[known].mean()
            slope = slope / np.linalg.norm(slope)
            kin = "slope" if count > 2 else None  # yes or no is no number like the others
            found.append(Penalty(known, np.outer(slope, slope), 1, kin, count))
        if count > 2:
            bends = _bends(bins.position[known])
            form = bends.T @ bends
            found.append(Penalty(known, form * (count - 2) / np.trace(form), count - 2))
    return found


def _alike(bins: slice) -> Penalty:
    count = bins.stop - bins.start
    return Penalty(bins, np.eye(count), count, "level")


def _bends(position: Floats) -> Floats:
    """By how much the slope changes from bin to bin, `(n_bins - 2, n_bins)` times the values."""
    count = len(position)
    gap = np.maximum(np.diff(position) * (count - 1), _LEAST_GAP)
    row = np.arange(count - 2)
    bends = np.zeros((count - 2, count))
    bends[row, row] = 1 / gap[:-1]
    bends[row, row + 1] = -1 / gap[:-1] - 1 / gap[1:]
    bends[row, row + 2] = 1 / gap[1:]
    return np.asarray(bends / np.sqrt((gap[:-1] + gap[1:]) / 2)[:, np.newaxis])
