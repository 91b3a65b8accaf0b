"""`Order`: along which features an additive score may only rise, or only fall."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from relevo.learn.additive_bins import Bins, Positions
from relevo.learn.learner import Floats


@dataclass(frozen=True, eq=False)
class Order:
    """Bins of which one may not be above its neighbour.

    Attributes
    ----------
    low, high
        Shape `(n_pairs,)`: `table[low] <= table[high]`.
    stretches
        Of each feature that is bound, its bins without missing, in the order in which they rise.

    """

    low: Positions
    high: Positions
    stretches: tuple[Positions, ...]

    @classmethod
    def of(cls, bins: Bins, features: tuple[str, ...], ways: Mapping[str, int]) -> Order | None:
        """What `ways` (1: only rises, -1: only falls, by feature) says of bins; None: nothing."""
        stretches = [
            np.arange(bins.first[place], bins.first[place + 1] - 1)[:: ways[name]]
            for place, name in enumerate(features)
            if ways.get(name)
        ]
        if not stretches:
            return None
        low = np.concatenate([one[:-1] for one in stretches])
        high = np.concatenate([one[1:] for one in stretches])
        return cls(low, high, tuple(stretches))

    def kept(self, steps: Floats, covariance: Floats) -> Floats:
        """The nearest steps that keep the order, near as the covariance measures.

        The dual of that quadratic programme is one of non-negative least squares.
        """
        from scipy.linalg import (
            LinAlgError,
            cholesky,
            solve_triangular,
        )  # not for who predicts only
        from scipy.optimize import nnls

        short = steps[self.high] - steps[self.low]
        if (short >= 0).all():
            return steps
        spread = covariance[:, self.high] - covariance[:, self.low]
        inner = spread[self.high] - spread[self.low]
        inner[np.diag_indices_from(inner)] *= 1.0 + 1e-9
        try:
            factor = cholesky(inner)
            pushed, _ = nnls(factor, -solve_triangular(factor, short, trans="T"))
            steps = steps + spread @ pushed
        except (LinAlgError, RuntimeError):  # too near each other to be solved: levelled below
            pass
        return self.levelled(steps)

    def levelled(self, steps: Floats) -> Floats:
        """What rounding has left of the wrong order, taken away."""
        steps = steps.copy()
        for stretch in self.stretches:
            upper = np.maximum.accumulate(steps[stretch])
            lower = np.minimum.accumulate(steps[stretch][::-1])[::-1]
            steps[stretch] = (upper + lower) / 2
        return steps
